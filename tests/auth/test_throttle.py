"""Who tries passwords is slowed down."""

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select, update

from app.auth import known_addresses, passwords, throttle
from app.auth.models import KnownAddress, PasswordAttempts
from app.db.base import now
from app.main import create_app
from app.settings import Settings
from tests.api import PASSWORD, Api


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at passwords without hashing them, by a clock that stands still."""
    moment = now()
    monkeypatch.setattr(throttle, "now", lambda: moment)
    monkeypatch.setattr(passwords, "verify", lambda password, kept: kept is not None and password == PASSWORD)


@pytest.fixture
def proxied(settings: Settings) -> Iterator[Api]:
    """Behind a proxy at 127.0.0.1, which is where the tests call from, and a network of others."""
    trusted = Settings(
        _env_file=None,  # type: ignore[call-arg]
        database_url=settings.database_url,
        secret_keys=settings.secret_keys,
        trusted_proxies="127.0.0.1, 10.0.0.0/8",  # type: ignore[arg-type]
    )
    with Api(create_app(trusted)) as api:
        yield api


def try_password(api: Api, name: str, password: str = "not it", **headers: str) -> httpx.Response:
    return api.post("/auth/token", data={"username": name, "password": password}, headers=headers)


def let_pass(api: Api, by: timedelta) -> None:
    with api.database.writing() as session:
        for attempts in session.scalars(select(PasswordAttempts)):
            attempts.last_at -= by


def test_after_ten_in_vain_for_a_name_the_next_has_to_wait(api: Api) -> None:
    assert {try_password(api, "editor").status_code for _ in range(10)} == {401}

    answer = try_password(api, "editor", PASSWORD)

    assert (answer.status_code, answer.json()["code"]) == (429, "too-many-attempts")
    assert answer.headers["retry-after"] == "1"
    assert try_password(api, "author", PASSWORD).status_code == 200


def test_an_unknown_name_gets_the_same_answer(api: Api) -> None:
    answers = {}
    for name in ("editor", "nobody", " EDITOR "):
        answers[name] = [try_password(api, name).status_code for _ in range(11)]

    assert answers["editor"] == answers["nobody"] == [401] * 10 + [429]
    assert answers[" EDITOR "] == [429] * 11


def test_each_that_is_too_many_waits_twice_as_long(api: Api) -> None:
    waits = []
    for _ in range(18):
        answer = try_password(api, "editor")
        while answer.status_code == 429:
            waits.append(int(answer.headers["retry-after"]))
            let_pass(api, timedelta(seconds=waits[-1]))
            answer = try_password(api, "editor")

    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]


def test_the_right_password_begins_anew(api: Api) -> None:
    for _ in range(9):
        try_password(api, "editor")
    assert try_password(api, "editor", PASSWORD).status_code == 200

    assert {try_password(api, "editor").status_code for _ in range(10)} == {401}


def test_all_is_forgotten_after_a_quarter_of_an_hour(api: Api) -> None:
    for _ in range(11):
        try_password(api, "editor")
    let_pass(api, throttle.WINDOW + timedelta(seconds=1))

    assert {try_password(api, "editor").status_code for _ in range(10)} == {401}


def test_many_names_from_one_address_have_to_wait_too(api: Api) -> None:
    assert {try_password(api, f"name-{number}").status_code for number in range(50)} == {401}

    assert try_password(api, "editor", PASSWORD).status_code == 429


def test_those_who_sign_in_from_one_address_do_not_slow_each_other_down(api: Api) -> None:
    assert {try_password(api, "editor", PASSWORD).status_code for _ in range(60)} == {200}


def test_a_success_takes_back_its_own_attempt_from_the_address_and_no_other(api: Api) -> None:
    for number in range(49):
        try_password(api, f"name-{number}")
    assert try_password(api, "editor", PASSWORD).status_code == 200
    assert try_password(api, "name-49").status_code == 401

    assert try_password(api, "editor", PASSWORD).status_code == 429


def test_many_at_once_are_many(api: Api) -> None:
    answers = api.together(*[lambda: try_password(api, "editor")] * 20)

    assert sorted(answer.status_code for answer in answers) == [401] * 10 + [429] * 10


def test_a_forwarded_address_is_believed_of_trusted_proxies_alone(api: Api, proxied: Api) -> None:
    for number in range(50):
        assert try_password(api, f"name-{number}", **{"x-forwarded-for": f"192.0.2.{number}"}).status_code == 401
    assert try_password(api, "editor", PASSWORD, **{"x-forwarded-for": "192.0.2.99"}).status_code == 429

    assert try_password(proxied, "editor", PASSWORD, **{"x-forwarded-for": "192.0.2.99"}).status_code == 200


def test_what_a_client_says_itself_in_front_of_the_proxies_is_not_believed(proxied: Api) -> None:
    for number in range(50):
        said = f"192.0.2.{number}, 203.0.113.7, 10.1.2.3"
        assert try_password(proxied, f"name-{number}", **{"x-forwarded-for": said}).status_code == 401

    assert try_password(proxied, "editor", PASSWORD, **{"x-forwarded-for": "203.0.113.7"}).status_code == 429
    assert try_password(proxied, "editor", PASSWORD, **{"x-forwarded-for": "203.0.113.8"}).status_code == 200


def test_a_port_behind_an_address_does_not_count(proxied: Api) -> None:
    for number in range(50):
        said = f"203.0.113.7:{number + 1}" if number % 2 else "203.0.113.7"
        assert try_password(proxied, f"name-{number}", **{"x-forwarded-for": said}).status_code == 401

    assert try_password(proxied, "editor", PASSWORD, **{"x-forwarded-for": "203.0.113.7:9"}).status_code == 429
    assert try_password(proxied, "editor", PASSWORD, **{"x-forwarded-for": "[2001:db8::1]:9"}).status_code == 200


def test_a_household_has_one_network_of_ipv6(proxied: Api) -> None:
    for number in range(50):
        said = f"2001:db8:1:2::{number:x}"
        assert try_password(proxied, f"name-{number}", **{"x-forwarded-for": said}).status_code == 401

    assert try_password(proxied, "editor", PASSWORD, **{"x-forwarded-for": "2001:db8:1:2::ffff"}).status_code == 429
    assert try_password(proxied, "editor", PASSWORD, **{"x-forwarded-for": "2001:db8:1:3::1"}).status_code == 200


def test_nonsense_instead_of_an_address_is_the_proxy_itself(proxied: Api) -> None:
    for said in ("", "unknown", "a, b", "999.1.1.1", "[::1]:80", '"x"'):
        assert try_password(proxied, "editor", PASSWORD, **{"x-forwarded-for": said}).status_code == 200


def test_a_password_that_is_changed_counts_too(api: Api) -> None:
    body = {"current": "not it", "new": "long enough"}

    assert [api.editor.post("/auth/password", json=body).status_code for _ in range(11)] == [403] * 10 + [429]


def test_what_is_forgotten_is_swept_away(api: Api) -> None:
    try_password(api, "editor")
    let_pass(api, throttle.WINDOW * 2)

    with api.database.writing() as session:
        throttle.purge_expired(session)

    with api.database.reading() as session:
        assert session.scalars(select(PasswordAttempts)).all() == []


def at(address: str) -> dict[str, str]:
    return {"x-forwarded-for": address}


HOME, CAFE = at("203.0.113.7"), at("198.51.100.9")


def attack(api: Api, name: str) -> None:
    """Try passwords from many addresses until the account is closed to others."""
    for number in range(200):
        if try_password(api, name, **at(f"192.0.2.{number}")).status_code == 429:
            return
    raise AssertionError("never throttled")


def test_who_has_signed_in_from_an_address_is_let_in_there_whatever_others_try(proxied: Api) -> None:
    assert try_password(proxied, "editor", PASSWORD, **HOME).status_code == 200
    for _ in range(3):
        attack(proxied, "editor")
        assert try_password(proxied, "editor", PASSWORD, **CAFE).status_code == 429
        assert try_password(proxied, "editor", PASSWORD, **HOME).status_code == 200

    # Their success does not open the account to the attackers again.
    assert try_password(proxied, "editor", **at("192.0.2.1")).status_code == 429


def test_attempts_from_a_known_address_are_throttled_too(proxied: Api) -> None:
    """Somebody in the same house may try as often as anyone."""
    assert try_password(proxied, "editor", PASSWORD, **HOME).status_code == 200

    assert {try_password(proxied, "editor", **HOME).status_code for _ in range(10)} == {401}
    assert try_password(proxied, "editor", PASSWORD, **HOME).status_code == 429
    assert try_password(proxied, "editor", PASSWORD, **CAFE).status_code == 200, "others do not suffer"
    let_pass(proxied, timedelta(seconds=1))
    assert try_password(proxied, "editor", PASSWORD, **HOME).status_code == 200


def test_who_tries_many_names_at_the_same_address_does_not_lock_those_out_who_are_known_there(proxied: Api) -> None:
    assert try_password(proxied, "editor", PASSWORD, **HOME).status_code == 200
    for number in range(51):
        try_password(proxied, f"name-{number}", **HOME)
    assert try_password(proxied, "author", PASSWORD, **HOME).status_code == 429

    assert try_password(proxied, "editor", PASSWORD, **HOME).status_code == 200


def test_an_attacker_who_signs_in_to_an_account_of_their_own_is_known_for_that_alone(proxied: Api) -> None:
    assert try_password(proxied, "author", PASSWORD, **CAFE).status_code == 200

    assert [try_password(proxied, "editor", **CAFE).status_code for _ in range(11)] == [401] * 10 + [429]
    assert try_password(proxied, "editor", PASSWORD, **HOME).status_code == 429


def test_an_unknown_name_gets_the_same_answer_at_a_known_address(proxied: Api) -> None:
    assert try_password(proxied, "editor", PASSWORD, **HOME).status_code == 200
    answers = {name: [try_password(proxied, name, **HOME).status_code for _ in range(11)] for name in ("editor", "x")}

    assert answers["editor"] == answers["x"] == [401] * 10 + [429]


def test_a_wrong_password_makes_no_address_known(proxied: Api) -> None:
    try_password(proxied, "editor", **HOME)
    attack(proxied, "editor")

    assert try_password(proxied, "editor", PASSWORD, **HOME).status_code == 429


def test_this_machine_is_never_known(api: Api) -> None:
    """A reverse proxy that is not trusted runs here, and all clients of it are the same to us."""
    assert try_password(api, "editor", PASSWORD).status_code == 200
    for _ in range(10):
        try_password(api, "editor")

    assert try_password(api, "editor", PASSWORD).status_code == 429


@pytest.mark.parametrize(
    "headers",
    [
        at("192.0.2.50, 203.0.113.7"),  # a proxy that is not trusted, or a client that pretends to be one
        at("unknown, 203.0.113.7"),
        at("127.0.0.1"),
        at("10.1.2.3"),  # a trusted proxy, for itself
        at("::ffff:127.0.0.1"),
        at("nonsense"),
        {},
    ],
    ids=lambda headers: headers.get("x-forwarded-for", "none"),
)
def test_an_address_that_may_be_of_many_is_never_known(proxied: Api, headers: dict[str, str]) -> None:
    assert try_password(proxied, "editor", PASSWORD, **headers).status_code == 200
    attack(proxied, "editor")

    assert try_password(proxied, "editor", PASSWORD, **headers).status_code == 429


def test_a_client_that_pretends_to_be_at_a_known_address_is_not(proxied: Api) -> None:
    assert try_password(proxied, "editor", PASSWORD, **HOME).status_code == 200
    attack(proxied, "editor")

    assert try_password(proxied, "editor", PASSWORD, **at("203.0.113.7, 192.0.2.1")).status_code == 429


@pytest.mark.parametrize(
    ("then", "later", "known"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("203.0.113.7", "::ffff:203.0.113.7", True),
        ("203.0.113.7:1234", "203.0.113.7:9", True),
        ("203.0.113.7", "203.0.113.8", False),
    ],
)
def test_a_household_is_known_by_its_network(proxied: Api, then: str, later: str, known: bool) -> None:
    assert try_password(proxied, "editor", PASSWORD, **at(then)).status_code == 200
    attack(proxied, "editor")

    assert try_password(proxied, "editor", PASSWORD, **at(later)).status_code == (200 if known else 429)


def test_a_new_password_makes_other_addresses_unknown(proxied: Api) -> None:
    """Somebody who knew the old one may be there."""
    for address in (HOME, CAFE):
        assert try_password(proxied, "editor", PASSWORD, **address).status_code == 200
    body = {"current": PASSWORD, "new": PASSWORD}
    assert proxied.editor.post("/auth/password", json=body, headers=HOME).status_code == 204
    attack(proxied, "editor")

    assert try_password(proxied, "editor", PASSWORD, **CAFE).status_code == 429
    assert try_password(proxied, "editor", PASSWORD, **HOME).status_code == 200


def test_an_address_is_forgotten_after_ninety_days(proxied: Api) -> None:
    for address, days in ((HOME, 89), (CAFE, 91)):
        assert try_password(proxied, "editor", PASSWORD, **address).status_code == 200
        of_address = KnownAddress.network == address["x-forwarded-for"]
        with proxied.database.writing() as session:
            session.execute(update(KnownAddress).where(of_address).values(last_at=now() - timedelta(days=days)))
    attack(proxied, "editor")
    assert try_password(proxied, "editor", PASSWORD, **CAFE).status_code == 429

    with proxied.database.writing() as session:
        known_addresses.purge_expired(session)

    with proxied.database.reading() as session:
        assert session.scalars(select(KnownAddress.network)).all() == [HOME["x-forwarded-for"]]
    assert try_password(proxied, "editor", PASSWORD, **HOME).status_code == 200
