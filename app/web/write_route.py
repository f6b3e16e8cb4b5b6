"""Routes that write."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from starlette.responses import Response

from app.validation import Input
from app.web import idempotency
from app.web.body import BodyRoute


class WriteRoute(BodyRoute):
    """A route that writes, whose POST supports `Idempotency-Key`. Its endpoint takes the request's transaction as
    `session`; the body is prepared before its first statement."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        if "POST" in (options.get("methods") or ()):
            endpoint = idempotency.idempotent(endpoint)
            options["openapi_extra"] = {"parameters": [idempotency.PARAMETER], **(options.get("openapi_extra") or {})}
        super().__init__(path, _prepared(endpoint), **options)


def _prepared(endpoint: Callable[..., Response]) -> Callable[..., Response]:
    """Wrap an endpoint: the work on its body that needs no database is done first, while no lock is held."""

    @wraps(endpoint)
    def prepare_and_execute(**arguments: Any) -> Response:
        for argument in arguments.values():
            if isinstance(argument, Input):
                argument.prepare()
        return endpoint(**arguments)

    return prepare_and_execute
