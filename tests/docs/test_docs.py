"""The documentation says what there is: each setting, command, route and problem has its line."""

import re
from pathlib import Path

import pytest
import typer

from app import validation
from app.archive import issues
from app.auth import known_addresses, throttle
from app.authoring import fields, sizes
from app.cli.main import app as commands
from app.content import complexity, urls
from app.content.lengths import LONGEST_TEXT, LONGEST_TITLE
from app.db import engine
from app.importing import file_readers, labels
from app.main import create_app
from app.newsletters import files, zip_directory, zips
from app.newsletters.formats import feed, feed_limits, front_matter, limits, mail, mail_headers, markdown
from app.newsletters.formats.html import markup, nesting
from app.newsletters.sandbox.reader import FROM_COMMAND_LINE
from app.newsletters.structure.issue import MOST_BLOCKS
from app.problems import TooLarge, all_problems
from app.serving import supervisor, worker_process
from app.settings import Settings
from app.web import admission, body, compression, multipart, request_head, uploads
from app.web.http_protocol import BODY_TIMEOUT, HEAD_TIMEOUT
from app.web.unread import LEAST_TAKEN, WRITE_TIMEOUT
from tests.conftest import settings_for

ROOT = Path(__file__).parents[2]
READING, WRITING, OPERATING = (ROOT / "docs" / f"{name}.md" for name in ("reading", "writing", "operating"))
WORDS = {2: "two", 8: "eight"}
METHODS = ("get", "post", "put", "patch", "delete")
SETTINGS = sorted(f"MASTHEAD_{name}".upper() for name in Settings.model_fields)


def routes(tmp_path: Path) -> set[str]:
    app = create_app(settings_for(f"sqlite:///{tmp_path}/none.db"))
    paths = app.openapi()["paths"]
    app.state.database.close()
    return {f"{method.upper()} {path}" for path, item in paths.items() for method in METHODS if method in item}


def test_each_route_has_a_line_and_each_line_a_route(tmp_path: Path) -> None:
    documented = set(
        re.findall(r"`((?:GET|POST|PUT|PATCH|DELETE) /[^`?]*)`", READING.read_text() + WRITING.read_text())
    )

    assert documented == routes(tmp_path) | {"GET /openapi.json", "GET /docs"}


@pytest.mark.parametrize("setting", SETTINGS)
def test_each_setting_has_a_line_in_the_documentation_and_in_the_example(setting: str) -> None:
    assert f"| `{setting}` |" in OPERATING.read_text()
    assert re.search(rf"^(# )?{setting}=", (ROOT / ".env.example").read_text(), re.MULTILINE)


def test_the_example_has_the_settings_there_are_with_the_defaults_that_they_have() -> None:
    given = dict(re.findall(r"^(?:# )?(MASTHEAD_\w+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE))

    assert sorted(given) == SETTINGS
    settings = Settings(_env_file=ROOT / ".env.example")  # type: ignore[call-arg]
    assert settings == Settings.model_construct(
        **{name: field.default for name, field in Settings.model_fields.items()}
    )


def test_each_problem_has_a_line_with_its_status() -> None:
    text = READING.read_text()
    for kind in all_problems():
        assert re.search(rf"^\|[^|]*`{kind.code}`[^|]*\| {kind.status} \|$", text, re.MULTILINE), kind.code


LIMITS = {
    "writing.md": (
        *(f"{LONGEST_TITLE} characters", f"{LONGEST_TEXT:,} characters", f"| {fields.MOST_TAGS} |"),
        *(
            f"{sizes.MOST_ITEMS:,}, {sizes.MOST_SECTIONS:,}; sections {sizes.DEEPEST} deep",
            f"all texts of an issue together | {sizes.MOST_TEXT:,} characters, "
            "and markup that takes about a second to render",
            f"{urls.LONGEST:,} characters",
        ),
        *(f"| {fields.MOST_IN_EXTRA} |", f"| {validation.MOST_FIELDS} |", f"| {validation.MOST_FAULTS} |"),
        *(f"| {complexity.MOST_MARKS:,} |", f"| {complexity.MOST_LINKS:,} |", f"| {complexity.MOST_TAGS:,} |"),
        *(f"| {complexity.MOST_ADDRESSES} |", f"| {complexity.MOST_IN_ADDRESSES:,} |"),
        f"| {complexity.MOST_LINES:,} |",
        *(f"| {most:,} |" for most in (complexity.MOST_BLOCKS, complexity.MOST_SCANNED, complexity.MOST_STEPS)),
        *(f"| {complexity.MOST_REPEATED}, and 2 for each", f"| {complexity.LARGEST_HTML:,}, and 20 for each"),
        f"{body.LARGEST_JSON // 2**20} MiB of JSON, with at most {body.MOST_SEPARATORS:,} commas, colons, brackets and "
        f"braces; {body.LARGEST_FORM // 2**10} KiB of a form",
        f"the same and links (up to {complexity.MOST_LINKS_NESTED})",
    ),
    "reading.md": (
        f"at most {issues.MOST_WHOLE} and {issues.LARGEST_PAGE // 10**6} MB per page",
        f"Texts of {compression.SMALLEST // 2**10} KB or more are compressed",
    ),
    "importing.md": (
        f"| {files.LARGEST_FILE // 10**6} MB; over HTTP {uploads.LARGEST // 2**20} MiB for the whole body, with "
        f"{multipart.MOST_PARTS:,} files, whose names have {uploads.LONGEST_NAME} characters |",
        f"| {limits.LARGEST:,} characters, {limits.MOST_LINES:,} lines, {LONGEST_TEXT:,} characters a line or "
        f"paragraph; in "
        f"Markdown {limits.MOST_ADDRESSES:,} URLs or email addresses a paragraph, {limits.MOST_ADDRESSES_IN_ALL:,} "
        f"in all, "
        f"{markdown.MOST_MARKERS:,} lists that begin on one line with others, and {limits.MOST_SCANNED // 10**6} "
        f"million for",
        f"| {front_matter.LONGEST:,} characters, {front_matter.MOST_ALIASES} YAML aliases |",
        f"| {markup.MOST_CHARACTERS // 10**6} million characters, {nesting.MOST_TAGS:,} tags, {limits.MOST_LINES:,} "
        "preformatted lines |",
        f"| {mail.LARGEST // 10**6} MB, {mail.MOST_LINES:,} lines, {mail.MOST_PARTS} parts, {mail.MOST_NESTED} "
        f"nested ones, {nesting.MOST_TAGS:,} tags in all parts; {mail_headers.LONGEST:,} bytes a header; "
        f"{mail_headers.LONGEST_STRUCTURED:,} bytes and {mail_headers.MOST_PARAMETERS} parameters for",
        f"and {mail_headers.MOST_SQUARED // 10**6} million for the sum of their squared lengths |",
        f"| {feed.LARGEST // 10**6} MB, {feed_limits.MOST_ENTRIES:,} entries, {feed_limits.MOST_ELEMENTS:,} elements, "
        f"{feed_limits.MOST_PREFIXES} prefixes of namespaces, {feed_limits.MOST_ATTRIBUTES} attributes an element, and "
        f"{feed_limits.MOST_SQUARED // 10**6} million for",
        f"| {files.LARGEST_ZIP // 10**9} GB, {zip_directory.MOST_MEMBERS:,} files, "
        f"{files.LARGEST_UNPACKED // 10**9} GB unpacked (over "
        f"HTTP {files.LARGEST_UPLOAD_UNPACKED // 10**6} MB), each file {zips.LARGEST_RATIO} times its compressed "
        f"size, names of {zips.LONGEST_NAME:,} characters;",
        f"| {files.MOST_IN_FOLDER:,} files;",
        f"| {labels.LARGEST_MAP // 10**6} MB |",
        f"and {MOST_BLOCKS:,} paragraphs and list items.",
        f"| CPU time | {FROM_COMMAND_LINE.seconds} s for each file, and each entry of a feed or an export | "
        f"{file_readers.LIMITS.seconds} s for all that a request sends |",
        f"| time on the clock | {FROM_COMMAND_LINE.deadline} s for the same | {file_readers.LIMITS.deadline} s |",
        f"| memory (address space) | {FROM_COMMAND_LINE.memory // 10**9} GB | {file_readers.LIMITS.memory // 10**6} "
        f"MB |",
        f"| what was read, with its notes | {FROM_COMMAND_LINE.largest // 10**6} MB an issue | "
        f"{file_readers.LIMITS.largest // 10**6} MB |",
        f"| at a time | one process | {WORDS[file_readers.MOST_AT_ONCE]} for each server process; "
        f"other requests wait for up to {admission.LONGEST_WAIT:.0f} s, and then get 503",
        f"*it took more than {file_readers.LIMITS.seconds} seconds of computing to read:",
    ),
    "operating.md": (
        f"for {worker_process.HUNG:.0f} seconds",
        f"up to {supervisor.LONGEST_PAUSE:.0f} seconds",
        f"in **at most {worker_process.END} seconds**",
        f"still busy after {worker_process.END - worker_process.TO_KILL} seconds",
        f"have {worker_process.GRACE} seconds",
        f"may have {request_head.LARGEST // 2**10} KiB together (431) and must be complete in {HEAD_TIMEOUT:.0f} "
        f"seconds (408)",
        f"not pause for {BODY_TIMEOUT:.0f} seconds, and must be complete in {body.READ_TIMEOUT:.0f} seconds (408)",
        f"least {LEAST_TAKEN // 2**10} KiB of a response, or the rest of it, in any {WRITE_TIMEOUT:.0f} seconds",
        f"Each process uses up to {engine.CONNECTIONS + 1} connections",
        f"In each process at most {admission.WRITERS} requests write, {admission.SIGN_INS} sign in, and "
        f"{admission.OTHER_READERS} search",
        f"At most {admission.LARGE_BODIES} bodies of more than {admission.SMALL_BODY // 1_000} KB",
        f"After {throttle.FREE_ATTEMPTS['account']} wrong passwords for a user name, or "
        f"{throttle.FREE_ATTEMPTS['address']} from one IP address",
        f"up to {throttle.LONGEST_WAIT['account'] // 60} minute for a name and "
        f"{throttle.LONGEST_WAIT['address'] // 60} minutes for an address",
        f"during the last {known_addresses.LIFETIME.days} days is known",
        f"without using a thread or a connection, for at most {admission.LONGEST_WAIT:.0f} seconds",
        f"may hold, for at most {engine.LOCK_TIMEOUT // 1_000} seconds more",
        f"{body.LARGEST_JSON // 2**20} MiB of JSON, with at most {body.MOST_SEPARATORS:,} commas, colons, brackets "
        f"and braces",
        f"the routes that need no credential take {body.LARGEST_UNAUTHENTICATED // 2**10} KiB",
        f"read in up to {WORDS[file_readers.MOST_AT_ONCE]} further processes",
        f"bodies of up to {body.LARGEST_JSON // 2**20} MiB and headers of up to {request_head.LARGEST // 2**10} KiB",
    ),
}
"""What pages say of limits, with the numbers that the code has."""


@pytest.mark.parametrize("page", LIMITS)
def test_the_limits_are_those_that_there_are(page: str) -> None:
    text = (ROOT / "docs" / page).read_text()
    if "## Limits" in text:  # other pages have them where they matter
        text = text.split("## Limits")[1]
    text = " ".join(text.split())
    for limit in LIMITS[page]:
        assert limit in text, limit


def test_the_page_of_a_body_that_is_too_large_has_its_limits() -> None:
    text = " ".join((TooLarge.__doc__ or "").split())
    assert f"{body.LARGEST_JSON // 2**20} MiB of JSON" in text
    assert f"{body.LARGEST_FORM // 2**10} KiB of a form" in text
    assert f"more than {body.MOST_SEPARATORS:,} commas" in text


def test_each_command_has_a_line() -> None:
    text = OPERATING.read_text()
    group = typer.main.get_command(commands)
    names = []
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        names += [f"{name} {sub}" for sub in getattr(command, "commands", {})] or [name]
    assert {"serve", "migrate", "users add"} <= set(names)
    for name in names:
        assert f"| `masthead {name}" in text, name


@pytest.mark.parametrize("page", [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md"))], ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)", page.read_text()):
        assert (page.parent / target).exists(), target


def test_modules_that_pages_name_exist() -> None:
    of_the_example = re.compile("(app|tests)/domains/")
    for page in ROOT.glob("docs/**/*.md"):
        for module in re.findall(r"\b\w+(?:/\w+)+\.py\b", page.read_text()):
            exists = (ROOT / module).exists() or (ROOT / "app" / module).exists()
            assert exists or of_the_example.match(module), f"{page.name}: {module}"
