"""Which paths can be that beneath which a reverse proxy serves the API."""

import re

FIRST_SEGMENTS = {
    "api-keys",
    "auth",
    "bin",
    "docs",
    "drafts",
    "healthz",
    "import",
    "inbox",
    "issues",
    "items",
    "openapi.json",
    "previews",
    "problems",
    "publication",
    "readyz",
    "search",
    "sections",
    "tags",
    "users",
}
"""The first segments of the paths of all routes."""

_ROOT_PATH = re.compile(r"(/(?!\.{1,2}(/|\Z))[A-Za-z0-9._~-]+)+")


def is_root_path(path: str) -> bool:
    """Whether the API can be beneath this path, such as `/api` or `/a/b`.

    It has only characters that need no encoding, and no segment `.` or `..`, so that any response may have it before a
    path. It does not begin as a route does, or nobody could tell whether a requested path has it.
    """
    return len(path) <= 200 and _ROOT_PATH.fullmatch(path) is not None and path.split("/")[1] not in FIRST_SEGMENTS
