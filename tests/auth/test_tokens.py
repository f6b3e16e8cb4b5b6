"""Tokens: which are believed, and which are not."""

import base64
import json
import time
from hashlib import sha256
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from jose import jwt

from app.auth import users
from app.auth.tokens import Tokens
from app.main import create_app
from app.problems import Unauthenticated
from app.settings import Settings
from tests.api import Api
from tests.conftest import SECRET, settings_for

STEADY = settings(deadline=None, derandomize=True)

KID = sha256(SECRET.encode()).hexdigest()[:12]
EDITOR = "2"
NEW_KEY = "a key that came later, of more than 32 characters"


def claims(**others: Any) -> dict[str, Any]:
    """What a good token says; None takes a claim out."""
    now = int(time.time())
    said = {
        "iss": "masthead",
        "aud": "masthead-api",
        "sub": EDITOR,
        "iat": now,
        "exp": now + 60,
        "jti": "a",
        "sid": "2",
        **others,
    }
    return {name: value for name, value in said.items() if value is not None}


def a_token(key: str = SECRET, algorithm: str = "HS256", kid: Any = KID, **others: Any) -> str:
    return jwt.encode(claims(**others), key, algorithm, headers={} if kid is None else {"kid": kid})


def by_hand(header: object, payload: object, signature: bytes = b"") -> str:
    parts = [json.dumps(header).encode(), json.dumps(payload).encode(), signature]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def ask(api: Api, authorization: str) -> httpx.Response:
    return api.get("/auth/me", headers={"authorization": authorization})


def test_a_token_like_those_that_the_server_gives_is_believed(api: Api) -> None:
    assert ask(api, f"Bearer {a_token()}").json()["name"] == "editor"


def test_a_token_is_good_for_15_minutes() -> None:
    said = jwt.get_unverified_claims(Tokens({KID: SECRET}).issue(2, 2))

    assert said["exp"] - said["iat"] == 15 * 60
    assert abs(said["iat"] - time.time()) < 5
    assert (said["iss"], said["aud"], said["sub"]) == ("masthead", "masthead-api", "2")


def test_no_two_tokens_are_the_same() -> None:
    tokens = Tokens({KID: SECRET})

    assert tokens.issue(2, 2) != tokens.issue(2, 2)


def test_tokens_that_are_not_right_are_not_believed(api: Api) -> None:
    rsa_key = rsa.generate_private_key(65537, 2048)
    pem = rsa_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    good = a_token()
    head, payload, signature = good.split(".")
    of_admin = base64.urlsafe_b64encode(json.dumps(claims(sub="3")).encode()).decode().rstrip("=")
    header = {"alg": "HS256", "typ": "JWT", "kid": KID}
    now = int(time.time())
    bad = {
        "HS512": a_token(algorithm="HS512"),
        "HS384": a_token(algorithm="HS384"),
        "RS256": a_token(pem, "RS256"),
        "RS256 by header, HS256 by signature": ".".join(
            [by_hand({**header, "alg": "RS256"}, {}).split(".")[0], payload, signature]
        ),
        "alg none": by_hand({**header, "alg": "none"}, claims()),
        "alg NONE": by_hand({**header, "alg": "NONE"}, claims()),
        "alg none, signed": by_hand({**header, "alg": "none"}, claims(), base64.urlsafe_b64decode(signature + "==")),
        "no alg": by_hand({"typ": "JWT", "kid": KID}, claims()),
        "unsigned": f"{head}.{payload}.",
        "without a signature": f"{head}.{payload}",
        "another key": a_token("another key of more than 32 characters, well"),
        "another's payload": f"{head}.{of_admin}.{signature}",
        "another signature": f"{head}.{payload}.{signature[:-4]}AAAA",
        "no kid": a_token(kid=None),
        "an unknown kid": a_token(kid="0123456789ab"),
        "a kid that is a list": a_token(kid=[KID]),
        "a kid that is a path": a_token(kid="/dev/null"),
        "expired": a_token(exp=now - 1, iat=now - 900),
        "expired long ago": a_token(exp=0),
        "not yet good": a_token(nbf=now + 600),
        "no exp": a_token(exp=None),
        "no iat": a_token(iat=None),
        "no sub": a_token(sub=None),
        "no jti": a_token(jti=None),
        "no sid": a_token(sid=None),
        "another's sid": a_token(sid="3"),
        "sid of nobody": a_token(sid="999999"),
        "sid is huge": a_token(sid="9" * 5000),
        "no iss": a_token(iss=None),
        "no aud": a_token(aud=None),
        "another issuer": a_token(iss="https://example.org"),
        "another audience": a_token(aud="another-api"),
        "exp is a text": a_token(exp="tomorrow"),
        "sub of nobody": a_token(sub="999999"),
        "sub 0": a_token(sub="0"),
        "sub -1": a_token(sub="-1"),
        "sub is huge": a_token(sub="9" * 30),
        "sub is huger": a_token(sub="9" * 5000),
        "sub is a name": a_token(sub="editor"),
        "sub is empty": a_token(sub=""),
        "sub in other digits": a_token(sub="٢"),
        "sub with a space": a_token(sub=" 2"),
        "a header that is a list": by_hand([], claims()),
        "a payload that is a list": jwt.encode({}, SECRET, "HS256", headers={"kid": KID}).replace("e30", "W10"),
        "nested deep": base64.urlsafe_b64encode(b"[" * 30_000).decode() + ".e30.x",
        "not a JWT": "opensesame",
        "two dots": "..",
        "many dots": "a.b.c.d.e",
        "empty": "",
        "not ASCII": "Bearer é",
        "a password": "editor:correct horse battery staple",
    }

    answers = {
        name: api.get("/auth/me", headers=[(b"authorization", f"Bearer {token}".encode())])
        for name, token in bad.items()
    }

    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(bad, 401)
    for name, answer in answers.items():
        assert answer.headers["content-type"] == "application/problem+json", name
        assert 'error="invalid_token"' in answer.headers["www-authenticate"], name
        assert answer.json()["code"] == "unauthenticated", name


@STEADY
@given(
    st.text(max_size=200) | st.binary(max_size=60).map(lambda raw: base64.urlsafe_b64encode(raw).decode() + ".e30.e30")
)
def test_any_text_is_a_token_that_is_not_believed(token: str) -> None:
    with pytest.raises(Unauthenticated):
        Tokens({KID: SECRET}).read(token)


def test_a_token_ends_with_its_users_access(api: Api) -> None:
    token = api.app.state.tokens.issue(2, 2)
    assert ask(api, f"Bearer {token}").status_code == 200

    with api.database.writing() as session:
        users.disable(session, "editor")
    answer = ask(api, f"Bearer {token}")

    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]
    assert api.post("/issues", json={"title": "A"}, headers={"authorization": f"Bearer {token}"}).status_code == 401


def test_a_users_role_is_what_it_is_now_and_not_what_it_was(api: Api) -> None:
    token = api.app.state.tokens.issue(1, 1)
    with api.database.writing() as session:
        author = users.find(session, "author")
        assert author is not None
        author.role = "editor"

    assert ask(api, f"Bearer {token}").json()["role"] == "editor"


def test_the_scheme_is_read_in_any_case(api: Api) -> None:
    for scheme in ("Bearer", "bearer", "BEARER"):
        assert ask(api, f"{scheme} {a_token()}").status_code == 200


def test_more_than_one_space_before_a_token_is_allowed(api: Api) -> None:
    """RFC 9110 §11.4: `1*SP`."""
    assert ask(api, f"Bearer  {a_token()}").status_code == 200


def test_a_request_without_a_token_is_told_how_to_get_one(api: Api) -> None:
    for headers in ({}, *({"authorization": other} for other in ("", "Basic ZWRpdG9yOng=", "Token abc", "Digest x=y"))):
        answer = api.get("/auth/me", headers=headers)

        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == 'Bearer realm="masthead"'
        assert answer.headers["content-type"] == "application/problem+json"
        assert "POST /auth/token" in answer.json()["detail"]


def test_a_token_in_the_url_is_not_accepted(api: Api) -> None:
    assert api.get(f"/auth/me?access_token={a_token()}").status_code in (401, 422)


def test_a_token_without_its_scheme_is_refused(api: Api) -> None:
    assert ask(api, a_token()).status_code == 401


def test_public_routes_do_not_look_at_tokens(api: Api) -> None:
    plain = api.get("/tags")
    for authorization in ("Bearer nonsense", "Basic x", f"Bearer {a_token()}"):
        answer = api.get("/tags", headers={"authorization": authorization})
        assert answer.status_code == 200
        assert answer.content == plain.content
        assert answer.headers["etag"] == plain.headers["etag"]


def test_when_keys_change_tokens_of_the_old_one_are_believed_until_it_goes(settings: Settings) -> None:
    with Api(create_app(settings)) as api:
        old = api.app.state.tokens.issue(2, 2)

    with Api(
        create_app(settings_for(settings.database_url).model_copy(update={"secret_keys": (NEW_KEY, SECRET)}))
    ) as api:
        assert ask(api, f"Bearer {old}").status_code == 200
        new = api.app.state.tokens.issue(2, 2)
        assert jwt.get_unverified_header(new)["kid"] != KID

    with Api(create_app(settings_for(settings.database_url).model_copy(update={"secret_keys": (NEW_KEY,)}))) as api:
        assert ask(api, f"Bearer {old}").status_code == 401
        assert ask(api, f"Bearer {new}").status_code == 200
