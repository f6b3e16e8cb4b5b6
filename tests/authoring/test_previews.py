"""Previews: an issue for people without an account."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from time_machine import travel

from app.authoring import previews
from app.content.models import Preview
from app.main import create_app
from app.settings import Settings
from tests.api import Api
from tests.conftest import SECRET, settings_for
from tests.factories import an_issue, an_item

EMPTY = "e30"  # {}


def make(api: Api, number: int = 75, **fields: Any) -> dict[str, Any]:
    answer = api.author.post(f"/issues/{number}/preview", json=fields)
    assert answer.status_code == 201, answer.text
    return answer.json()  # type: ignore[no-any-return]


@pytest.fixture
def link(api: Api) -> str:
    """The address of a preview of issue 75, a draft."""
    api.author.post("/issues", json=an_issue(75)).raise_for_status()
    return str(make(api)["url"])


def test_a_link_shows_the_issue_to_anybody(api: Api, link: str) -> None:
    shown = api.get(link)

    assert shown.status_code == 200
    assert shown.headers["cache-control"] == "private, no-store"
    assert shown.headers["x-robots-tag"] == "noindex"
    assert shown.headers["referrer-policy"] == "no-referrer"
    issue = shown.json()
    assert (issue["number"], issue["status"], issue["item_count"]) == (75, "draft", 3)
    assert issue["links"]["self"] == link


def test_it_has_the_shape_that_the_public_reads(api: Api, link: str) -> None:
    previewed = api.get(link).json()
    api.editor.post("/issues/75/publish")
    public = api.get("/issues/75").json()

    assert previewed.keys() == public.keys()
    assert previewed["sections"] == public["sections"]


def test_making_one_tells_its_address_and_its_end(api: Api) -> None:
    api.author.post("/issues", json=an_issue(75))

    answer = api.author.post("/issues/75/preview")

    made = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (201, made["url"])
    assert answer.headers["cache-control"] == "private, no-store"
    assert made["url"] == f"/previews/{made['token']}"
    assert (made["version"], made["frontend_url"]) == (None, None)
    until = datetime.fromisoformat(made["expires_at"]) - datetime.now(UTC)
    assert timedelta(days=7, minutes=-1) < until <= timedelta(days=7)


def test_each_is_another(api: Api, link: str) -> None:
    assert len({link, make(api)["url"], make(api)["url"]}) == 3


@pytest.fixture
def with_a_frontend(database_url: str) -> Iterator[Api]:
    with Api(create_app(settings_for(database_url, preview_url="https://example.org/look?at={token}&from=us"))) as api:
        yield api


def test_the_url_of_the_frontend_is_returned_if_it_is_set(with_a_frontend: Api) -> None:
    with_a_frontend.author.post("/issues", json=an_issue(75))

    made = make(with_a_frontend)

    assert made["frontend_url"] == f"https://example.org/look?at={made['token']}&from=us"


def test_it_follows_the_draft(api: Api, link: str) -> None:
    api.editor.patch("/issues/75", json={"title": "Another"})
    api.editor.post("/issues/75/items", json=an_item("New", section="research"))

    shown = api.get(link).json()

    assert (shown["title"], shown["item_count"], shown["version"]) == ("Another", 4, 3)


def test_one_that_is_pinned_does_not(api: Api) -> None:
    api.author.post("/issues", json=an_issue(75))
    api.author.patch("/issues/75", json={"title": "One"})
    pinned = make(api, version=2)
    for title in ("Two", "Three"):
        api.author.patch("/issues/75", json={"title": title})

    assert pinned["version"] == 2
    shown = api.get(pinned["url"]).json()
    assert (shown["title"], shown["version"], shown["links"]["self"]) == ("One", 2, pinned["url"])


def test_it_is_pinned_to_a_revision_that_there_is(api: Api) -> None:
    api.author.post("/issues", json=an_issue(75))
    for title in ("Two", "Three"):
        api.author.patch("/issues/75", json={"title": title})

    for version, said in ((2, "combined into revision 3"), (4, "has no revision 4")):
        answer = api.author.post("/issues/75/preview", json={"version": version})
        assert answer.status_code == 404
        assert said in answer.json()["detail"]


def test_it_lives_on_when_the_issue_is_published(api: Api, link: str) -> None:
    api.editor.post("/issues", json=an_issue(74, published=True))
    api.editor.post("/issues/75/publish")

    shown = api.get(link).json()

    assert (shown["status"], shown["links"]["previous"]) == ("published", "/issues/74")


def test_one_that_has_expired_is_over(api: Api, link: str) -> None:
    with api.database.writing() as session:
        session.execute(update(Preview).values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))

    assert_over(api, link, "has expired")


def assert_over(api: Api, link: str, why: str) -> None:
    answer = api.get(link)
    assert (answer.status_code, answer.json()["code"]) == (410, "preview-over")
    assert why in answer.json()["detail"]
    assert "Issue 75" not in answer.text


def test_one_is_revoked_by_itself(api: Api, link: str) -> None:
    other = make(api)["url"]

    for _ in range(2):
        assert api.author.delete(link).status_code == 204

    assert_over(api, link, "was revoked")
    assert api.get(other).status_code == 200


def test_all_are_revoked_at_once(api: Api, link: str) -> None:
    api.author.post("/issues", json=an_issue(74))
    other, elsewhere = make(api)["url"], make(api, 74)["url"]

    for _ in range(2):
        assert api.author.delete("/issues/75/preview").status_code == 204

    assert_over(api, link, "was revoked")
    assert_over(api, other, "was revoked")
    assert api.get(elsewhere).status_code == 200
    assert api.get(make(api)["url"]).status_code == 200


def test_one_of_an_issue_that_was_deleted_is_over_until_it_is_back(api: Api, link: str) -> None:
    pinned = make(api, version=1)["url"]
    api.author.delete("/issues/75")

    for address in (link, pinned):
        assert_over(api, address, "issue of this preview link was deleted")
    assert api.author.post("/issues/75/preview").status_code == 404
    api.author.post("/issues/75/restore")
    assert api.get(link).status_code == 200


def test_a_link_with_a_changed_bit_is_not_found(api: Api, link: str) -> None:
    start = len("/previews/")
    places = [start, start + 5, link.index(".") + 3, link.rindex(".") - 2, link.rindex(".") + 1, len(link) - 2]
    for place in places:
        for bit in (1, 2, 4):
            answer = api.get(link[:place] + chr(ord(link[place]) ^ bit) + link[place + 1 :])
            assert answer.status_code in (404, 422), (place, bit)
            assert "Issue 75" not in answer.text


def test_the_last_character_of_a_link_counts_whole(api: Api, link: str) -> None:
    """Base64 has unused bits there, which a decoder ignores."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

    good = [last for last in alphabet if api.get(link[:-1] + last).status_code == 200]

    assert good == [link[-1]]


@pytest.mark.parametrize("added", ["=", "A", ".", "%20", "!", "*", "%0A"])
def test_a_link_with_a_suffix_is_not_found(api: Api, link: str, added: str) -> None:
    answer = api.get(link + added)

    assert answer.status_code == 404, answer.text
    assert answer.json()["code"] == "not-found"


@pytest.mark.parametrize(
    "token",
    ["x", "a.b.c", "1", f"{EMPTY}.{EMPTY}.", "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.", "é", "a" * 1000],
)
def test_an_invalid_token_is_not_found(api: Api, link: str, token: str) -> None:
    for method in ("GET", "DELETE"):
        answer = api.author.request(method, f"/previews/{token}")
        assert answer.status_code == 404, (method, answer.text)


def test_an_access_token_is_not_a_preview(api: Api, link: str) -> None:
    token = api.app.state.tokens.issue(user=1, sign_in=1)

    assert api.get(f"/previews/{token}").status_code == 404
    assert api.author.delete(f"/previews/{token}").status_code == 404
    assert api.get(link).status_code == 200


def test_a_preview_is_not_an_access_token(api: Api, link: str) -> None:
    bearer = {"authorization": f"Bearer {link.removeprefix('/previews/')}"}

    for address in ("/issues/75/draft", "/drafts", "/auth/me"):
        assert api.get(address, headers=bearer).status_code == 401


def test_a_preview_that_never_existed_is_not_found(api: Api, link: str) -> None:
    token = api.app.state.tokens.for_preview(4711, datetime.now(UTC) + timedelta(days=1))

    assert api.get(f"/previews/{token}").status_code == 404


@pytest.mark.parametrize("days", [0, -1, 90.1, 1e9, "seven", None])
def test_days_have_their_bounds(api: Api, days: object) -> None:
    api.author.post("/issues", json=an_issue(75))

    answer = api.author.post("/issues/75/preview", json={"days": days})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/days"


@pytest.mark.parametrize("days", [0.5, 90])
def test_days_may_be_parts_of_one(api: Api, days: float) -> None:
    api.author.post("/issues", json=an_issue(75))

    until = datetime.fromisoformat(make(api, days=days)["expires_at"]) - datetime.now(UTC)

    assert abs(until - timedelta(days=days)) < timedelta(minutes=1)


def test_other_fields_are_refused(api: Api) -> None:
    api.author.post("/issues", json=an_issue(75))

    for given in ({"expires_at": "2030-01-01"}, {"version": 0}, {"version": "1"}, {"token": "mine"}):
        assert api.author.post("/issues/75/preview", json=given).status_code == 422


def test_making_and_revoking_take_an_account(api: Api, link: str) -> None:
    assert api.post("/issues/75/preview").status_code == 401
    assert api.delete("/issues/75/preview").status_code == 401
    assert api.delete(link).status_code == 401
    assert api.get(link).status_code == 200


def test_what_is_previewed_is_public_nowhere_else(api: Api, link: str) -> None:
    item = api.get(link).json()["sections"][0]["items"][0]["id"]

    for address in ("/issues/75", "/issues/75/items", f"/items/{item}", "/issues/latest"):
        assert api.get(address).status_code == 404
    for address in ("/issues", "/items", "/search?q=item", "/sections"):
        assert api.get(address).json()["data"] == []
    for address in ("/issues/75/draft", "/issues/75/revisions", "/issues/75/revisions/1", f"/items/{item}/draft"):
        assert api.get(address).status_code == 401


def test_previewing_changes_nothing_of_the_issue(api: Api) -> None:
    before = api.author.post("/issues", json=an_issue(75)).json()
    make(api)
    make(api, version=1)

    assert api.author.get("/issues/75/draft").json() == before


def test_links_live_on_when_keys_rotate(api: Api, link: str, settings: Settings) -> None:
    keys = ("another key for tests alone of more than 32 characters", SECRET)

    with Api(create_app(settings.model_copy(update={"secret_keys": keys}))) as later:
        assert later.get(link).status_code == 200
        assert later.get(make(later)["url"]).status_code == 200
    with Api(create_app(settings.model_copy(update={"secret_keys": keys[:1]}))) as much_later:
        assert much_later.get(link).status_code == 404


def test_an_expired_preview_is_known_for_some_time(api: Api) -> None:
    api.author.post("/issues", json=an_issue(75)).raise_for_status()
    made = api.author.post("/issues/75/preview", json={"days": 1}).json()

    for after, status in ((timedelta(hours=23), 200), (timedelta(days=2), 410), (timedelta(days=32), 404)):
        with travel(datetime.now(UTC) + after, tick=False):
            with api.database.writing() as session:
                previews.purge_expired(session)
            assert api.get(made["url"]).status_code == status, after
