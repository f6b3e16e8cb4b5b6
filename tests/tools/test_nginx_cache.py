"""nginx's cache of public answers: what it keeps, for how long, and what it never does."""

import time

import httpx
import pytest

from tests.factories import an_issue
from tests.tools.sites import SECONDS, Site
from tests.waiting import until

pytestmark = [pytest.mark.tools, pytest.mark.parametrize("proxy", ["nginx"], indirect=True)]


def status(answer: httpx.Response) -> str:
    return answer.headers["x-cache"]


def test_an_answer_is_kept_for_the_time_and_then_right(site: Site) -> None:
    reader, editor = site.client(site.root), site.client(site.root, role="editor")
    address = "/issues/75?fields=title"
    first, second = reader.get(address), reader.get(address)
    assert (status(first), status(second)) == ("MISS", "HIT")
    assert second.content == first.content
    assert second.headers["cache-control"] == "public, no-cache"
    assert second.headers["cdn-cache-control"] == f"max-age={SECONDS}"

    editor.patch("/issues/75", json={"title": "Another title"}).raise_for_status()

    began = time.monotonic()
    seen = set()

    def has_changed() -> bool:
        answer = reader.get(address)
        seen.add(status(answer))
        return bool(answer.json()["title"] == "Another title")

    until(has_changed)
    assert seen <= {"HIT", "EXPIRED"}
    assert time.monotonic() - began < 15


def test_an_answer_that_is_unchanged_is_revalidated(site: Site) -> None:
    reader = site.client(site.root)
    address = "/issues/74?fields=sections"
    for coding in ("gzip", "identity"):
        first = reader.get(address, headers={"accept-encoding": coding})
        assert status(first) == "MISS"
        answers: list[httpx.Response] = []

        def is_revalidated(
            coding: str = coding, answers: list[httpx.Response] = answers, etag: str = first.headers["etag"]
        ) -> bool:
            answers.append(reader.get(address, headers={"accept-encoding": coding}))
            assert answers[-1].headers["etag"] == etag
            return status(answers[-1]) == "REVALIDATED"

        until(is_revalidated)
        assert {status(answer) for answer in answers} <= {"HIT", "REVALIDATED"}
        assert status(reader.get(address, headers={"accept-encoding": coding})) == "HIT"
        assert {answer.content for answer in answers} == {first.content}


def test_each_coding_is_kept_by_itself(site: Site) -> None:
    reader = site.client(site.root)
    kept = {}
    for coding in ("gzip", "br", "identity"):
        first, second = (reader.get("/issues/74", headers={"accept-encoding": coding}) for _ in range(2))
        assert (status(first), status(second)) == ("MISS", "HIT")
        assert second.headers.get("content-encoding", "identity") == coding
        assert second.json()["number"] == 74
        kept[coding] = second.headers["etag"]
    assert len(set(kept.values())) == 3
    for coding, etag in kept.items():
        answer = reader.get("/issues/74", headers={"accept-encoding": coding, "if-none-match": etag})
        assert (answer.status_code, answer.headers["etag"]) == (304, etag)


def test_a_draft_is_never_kept(site: Site) -> None:
    reader, editor = site.client(site.root), site.client(site.root, role="editor")
    for address in ("/issues/76/draft", "/drafts", "/auth/me", "/issues/75/draft", "/issues/75/revisions"):
        for _ in range(2):
            assert editor.get(address).status_code == 200
        refused = reader.get(address)
        assert (refused.status_code, status(refused)) == (401, "MISS")
        assert editor.get(address).status_code == 200


def test_a_preview_is_never_kept(site: Site) -> None:
    """It has no `Authorization`: here `Cache-Control` alone keeps it out."""
    reader, editor = site.client(site.root), site.client(site.root, role="editor")
    preview = editor.post("/issues/76/preview").json()["url"]
    assert [status(reader.get(preview)) for _ in range(2)] == ["MISS", "MISS"]
    editor.delete(preview).raise_for_status()
    assert reader.get(preview).status_code == 410


def test_an_answer_to_somebody_with_credentials_is_neither_kept_nor_taken_from_the_cache(site: Site) -> None:
    reader, editor = site.client(site.root), site.client(site.root, role="editor")
    assert [status(editor.get("/issues/75?fields=slug")) for _ in range(2)] == ["BYPASS", "BYPASS"]
    assert [status(reader.get("/issues/75?fields=slug")) for _ in range(2)] == ["MISS", "HIT"]
    assert status(editor.get("/issues/75?fields=slug")) == "BYPASS"


def test_errors_are_not_kept(site: Site) -> None:
    reader, editor = site.client(site.root), site.client(site.root, role="editor")
    for address, code in (("/issues/80", 404), ("/items?limit=0", 422), ("/tags/Papers", 308), ("/readyz", 200)):
        for _ in range(2):
            answer = reader.get(address)
            assert (answer.status_code, status(answer)) == (code, "MISS")
    editor.post("/issues", json=an_issue(80, published=True)).raise_for_status()
    assert reader.get("/issues/80").status_code == 200


def test_a_draft_is_compressed_by_nginx_which_makes_its_tag_weak(site: Site) -> None:
    editor = site.client(site.root, role="editor")
    draft = editor.get("/issues/76/draft", headers={"accept-encoding": "gzip"})
    assert draft.headers["content-encoding"] == "gzip"
    assert draft.headers["etag"].startswith('W/"v')


def test_without_tls_there_is_a_redirect(site: Site) -> None:
    answer = site.client(site.plain).get("/issues?limit=1")
    assert (answer.status_code, answer.headers["location"]) == (308, "https://127.0.0.1/issues?limit=1")
