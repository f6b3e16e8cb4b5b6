"""Following cursors through lists: each row once, whatever changes in the meantime."""

from typing import Any

import pytest

from tests.api import Api
from tests.factories import a_section, an_issue, an_item


@pytest.fixture
def archive(api: Api) -> Api:
    for number in range(1, 6):
        issue = an_issue(number, published=True, items=3, published_at=f"2025-01-{(number + 1) // 2:02d}")
        issue["sections"].append(a_section(f"Section {number}", items=1))
        api.editor.post("/issues", json=issue).raise_for_status()
    return api


LISTS = (
    *("/items", "/items?order=published_at", "/items?tag=research", "/sections/research/items?order=published_at"),
    *("/issues", "/issues?order=published_at", "/issues?full=true", "/issues/3/items", "/sections", "/tags"),
    *("/search?q=item", "/search?q=words", "/items?tag=research,career&from=2025-01-02"),
)


def test_pages_put_together_are_the_list(archive: Api, subtests: pytest.Subtests) -> None:
    for path in LISTS:
        joined = "&" if "?" in path else "?"
        most = 25 if "full" in path else 100
        whole = archive.get(f"{path}{joined}limit={most}&total=true").json()
        assert whole["page"]["total"] == len(whole["data"]) > 0
        for limit in (1, 2, 3, 7):
            with subtests.test(path=path, limit=limit):
                assert archive.walk(f"{path}{joined}limit={limit}") == whole["data"]


def test_a_page_of_large_documents_has_fewer_of_them(archive: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = archive.get("/issues?full=true").json()["data"]
    for path in ("/issues?full=true", "/issues?full=true&order=published_at&tag=research"):
        for largest, rows in ((1, 1), (2 * max(len(archive.get(f"/issues/{n}").content) for n in range(1, 6)), 2)):
            monkeypatch.setattr("app.archive.issues.LARGEST_PAGE", largest)
            page = archive.get(path).json()
            assert len(page["data"]) == rows
            assert (page["page"]["limit"], page["page"]["has_more"]) == (20, True)
            walked = archive.walk(path)
            assert sorted(issue["number"] for issue in walked) == [1, 2, 3, 4, 5]
            assert sorted(walked, key=lambda issue: issue["number"]) == sorted(whole, key=lambda issue: issue["number"])


def test_a_page_names_the_next_in_its_body_and_its_header(archive: Api) -> None:
    answer = archive.get("/items?limit=3&tag=research")
    page = answer.json()["page"]

    assert page["has_more"] is True
    assert page["next"] == f"/items?limit=3&tag=research&cursor={page['next_cursor']}"
    assert answer.headers["link"] == f'<{page["next"]}>; rel="next"'
    last = archive.get("/items?limit=100")
    assert "link" not in last.headers
    assert last.json()["page"] == {"limit": 100, "has_more": False, "next_cursor": None, "next": None}


def walk_with(api: Api, meanwhile: Any) -> list[int]:
    """The ids on pages of three, with a change after the second page."""
    met: list[int] = []
    address: str | None = "/items?limit=3"
    pages = 0
    while address:
        answer = api.get(address).json()
        met += [item["id"] for item in answer["data"]]
        address = answer["page"]["next"]
        pages += 1
        if pages == 2:
            meanwhile(met)
    return met


@pytest.mark.parametrize("date", ["2024-01-01", "2025-01-02", "2026-01-01"])
def test_a_walk_meets_each_item_once_though_an_issue_is_published_half_way(archive: Api, date: str) -> None:
    before = [item["id"] for item in archive.walk("/items")]

    met = walk_with(
        archive, lambda _: archive.editor.post("/issues", json=an_issue(9, published=True, published_at=date))
    )

    assert [item for item in met if item in before] == before
    assert len(met) == len(set(met))


def test_paging_returns_each_item_once_while_items_are_inserted_before_the_cursor(archive: Api) -> None:
    before = [item["id"] for item in archive.walk("/items")]

    def put_in_front(met: list[int]) -> None:
        issue = archive.get(f"/items/{met[-1]}").json()["issue"]
        for _ in range(3):
            answer = archive.editor.post(f"/issues/{issue}/items", json=an_item(section="research", position=0))
            assert answer.status_code == 201

    met = walk_with(archive, put_in_front)

    assert [item for item in met if item in before] == before
    assert len(met) == len(set(met))


def test_paging_continues_after_the_last_item_was_deleted(archive: Api) -> None:
    before = [item["id"] for item in archive.walk("/items")]

    met = walk_with(archive, lambda met: archive.editor.delete(f"/items/{met[-1]}"))

    assert met == before
