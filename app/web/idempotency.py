"""`Idempotency-Key`: a POST request that can be sent again, but is executed once.

The first statement of the request's transaction claims the key, and the last one stores the response, so that either
both are committed or neither. A second request with the same key waits for the transaction of the first one. Then it
finds the stored response, or, if the first one failed, is executed itself. draft-ietf-httpapi-idempotency-key-header.
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
from app.web.models import StoredResponse
from app.web.responses import AuthorResponse

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
RETENTION = timedelta(hours=24)

_STORED_HEADERS = ("content-type", "cache-control", "etag", "location")
PARAMETER = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "a unique value that you choose for this request: if it is sent again with the same key within 24 "
    "hours, it is not executed again, and the first response is returned",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}


_store_response = (
    update(StoredResponse)
    .where(StoredResponse.caller == bindparam("of"), StoredResponse.key == bindparam("named"))
    .values(status=bindparam("status"), headers=bindparam("headers"), body=bindparam("body"))
    .execution_options(synchronize_session=False)
)


def key_of(request: Request) -> "RequestKey | None":
    """The idempotency key of an authenticated request, or None. Raises Invalid for a malformed one."""
    if HEADER not in request.headers:
        return None
    key = request.headers[HEADER].strip()
    if len(request.headers.getlist(HEADER)) > 1 or not re.fullmatch(r"[!-~]{1,255}", key):
        raise Invalid.at(HEADER, "send one key of 1 to 255 ASCII characters, without spaces")
    fingerprint = (
        request.scope["path"].encode() + b"?" + request.scope["query_string"] + b"\n" + BodyRoute.body_of(request)
    )
    return RequestKey(request.state.caller, key, blake2b(fingerprint, digest_size=32).digest())


class RequestKey(NamedTuple):
    caller: str
    key: str
    fingerprint: bytes
    """A digest of path, query and body."""


def purge_expired(session: Session) -> None:
    """Delete stored responses that are older than the retention time."""
    session.execute(delete(StoredResponse).where(StoredResponse.created_at < now() - RETENTION))


def idempotent(endpoint: Callable[..., Response]) -> Callable[..., Response]:
    """Wrap an endpoint that takes the request's transaction as `session`: a request that was executed before gets its
    stored response."""

    @wraps(endpoint)
    def replay_or_execute(**arguments: Any) -> Response:
        # The key is claimed here and not in the dependency that begins the transaction, which runs in another thread:
        # requests that wait there could take all threads, and the request that they wait for would get none.
        session: Session = arguments["session"]
        key = key_of(session.info[Request])
        if key is None:
            return endpoint(**arguments)
        stored = _claim(session, key)
        if stored is not None:
            return stored
        response = endpoint(**arguments)
        _store(session, key, response)
        return response

    return replay_or_execute


def _claim(session: Session, key: RequestKey) -> Response | None:
    """Claim a key in this transaction; return the stored response, or None if the key is new.

    Raises IdempotencyKeyReused if the key was used for a different request.
    """
    of_key = StoredResponse.caller == key.caller, StoredResponse.key == key.key
    session.execute(delete(StoredResponse).where(*of_key, StoredResponse.created_at < now() - RETENTION))
    if insert_if_absent(
        session, StoredResponse, caller=key.caller, key=key.key, request=key.fingerprint, created_at=now()
    ):
        return None
    stored = session.get_one(StoredResponse, (key.caller, key.key))
    if stored.request != key.fingerprint:
        raise IdempotencyKeyReused.at(HEADER, f"the key {key.key!r} was used for a different request; use a new key")
    assert stored.status is not None
    assert stored.headers is not None
    assert stored.body is not None
    headers = {**stored.headers, REPLAYED: "true"}
    return AuthorResponse(zlib.decompress(stored.body), status_code=stored.status, headers=headers)


def _store(session: Session, key: RequestKey, response: Response) -> None:
    headers = {name: response.headers[name] for name in _STORED_HEADERS if name in response.headers}
    values = {"status": response.status_code, "headers": headers, "body": zlib.compress(bytes(response.body), 1)}
    session.execute(_store_response, {"of": key.caller, "named": key.key, **values})
