"""`Idempotency-Key`: a POST that may be sent again, and is carried out once.

The key is claimed by the first statement of the request's transaction, and the answer is kept by its last, so that
both are there or neither. A second request with the key waits for the first one's transaction: it then finds the
answer, or, when there is none, is the first itself. draft-ietf-httpapi-idempotency-key-header.
"""

import re
import zlib
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from hashlib import blake2b
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, update
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from app.db.base import now
from app.db.insert import insert_if_absent
from app.problems import IdempotencyKeyReused, Invalid
from app.web.body import BodyRoute
from app.web.models import KeptAnswer

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
KEPT_FOR = timedelta(hours=24)

_KEPT_HEADERS = ("content-type", "cache-control", "etag", "location")
_PARAMETER = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "a name of your own for this request, new for each: sent again within 24 hours, the request is not "
    "carried out again, and the answer is the first one's",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}


_claimed = (
    update(KeptAnswer)
    .where(KeptAnswer.caller == bindparam("of"), KeptAnswer.key == bindparam("named"))
    .values(status=bindparam("status"), headers=bindparam("headers"), body=bindparam("body"))
    .execution_options(synchronize_session=False)
)


class WriteRoute(BodyRoute):
    """A route whose POST may be sent again. Its endpoint takes the request's transaction as `session`."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        if "POST" in (options.get("methods") or ()):
            endpoint = _once(endpoint)
            options["openapi_extra"] = {"parameters": [_PARAMETER], **(options.get("openapi_extra") or {})}
        super().__init__(path, endpoint, **options)


def key_of(request: Request) -> "RequestKey | None":
    """The key that a request by a known caller bears. Raises Invalid for what is none."""
    if request.method != "POST" or HEADER not in request.headers or not isinstance(request.scope["route"], WriteRoute):
        return None
    key = request.headers[HEADER].strip()
    if len(request.headers.getlist(HEADER)) > 1 or not re.fullmatch(r"[!-~]{1,255}", key):
        raise Invalid.at(HEADER, "give one key of 1 to 255 characters of ASCII, without spaces")
    asked = request.scope["path"].encode() + b"?" + request.scope["query_string"] + b"\n" + BodyRoute.body_of(request)
    return RequestKey(request.state.caller, key, blake2b(asked, digest_size=32).digest())


class RequestKey(NamedTuple):
    caller: str
    key: str
    asked: bytes
    """A digest of address and body."""


def purge_expired(session: Session) -> None:
    """Delete answers that are no longer kept."""
    session.execute(delete(KeptAnswer).where(KeptAnswer.created_at < now() - KEPT_FOR))


def _once(endpoint: Callable[..., Response]) -> Callable[..., Response]:
    """The endpoint, which answers a request that has come before as it did then."""

    @wraps(endpoint)
    def answering(**arguments: Any) -> Response:
        # Not where the transaction is made: that is in another thread, and whoever waits there for this one to end
        # would take the thread that it needs.
        session: Session = arguments["session"]
        key: RequestKey | None = session.info.get(RequestKey)
        if key is None:
            return endpoint(**arguments)
        kept = _claim(session, key)
        if kept is not None:
            return kept
        answer = endpoint(**arguments)
        _keep(session, key, answer)
        return answer

    return answering


def _claim(session: Session, key: RequestKey) -> Response | None:
    """Claim a key in the transaction that answers; what was answered, when it was.

    Raises IdempotencyKeyReused when the key belongs to another request.
    """
    of_key = KeptAnswer.caller == key.caller, KeptAnswer.key == key.key
    session.execute(delete(KeptAnswer).where(*of_key, KeptAnswer.created_at < now() - KEPT_FOR))
    if insert_if_absent(session, KeptAnswer, caller=key.caller, key=key.key, request=key.asked, created_at=now()):
        return None
    kept = session.get_one(KeptAnswer, (key.caller, key.key))
    if kept.request != key.asked:
        raise IdempotencyKeyReused.at(HEADER, f"the key {key.key!r} belongs to another request; take a new one")
    assert kept.status is not None
    assert kept.headers is not None
    assert kept.body is not None
    return Response(zlib.decompress(kept.body), kept.status, headers={**kept.headers, REPLAYED: "true"})


def _keep(session: Session, key: RequestKey, answer: Response) -> None:
    headers = {name: answer.headers[name] for name in _KEPT_HEADERS if name in answer.headers}
    kept = {"status": answer.status_code, "headers": headers, "body": zlib.compress(bytes(answer.body), 1)}
    session.execute(_claimed, {"of": key.caller, "named": key.key, **kept})
