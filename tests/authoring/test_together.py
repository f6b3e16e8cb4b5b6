"""Several authors who write at the same time."""

from typing import Any

from tests.api import Api
from tests.factories import an_issue, an_item

EIGHT = range(8)


def titles(section: dict[str, Any]) -> list[str]:
    assert [item["position"] for item in section["items"]] == list(range(len(section["items"])))
    return [item["title"] for item in section["items"]]


def test_issues_made_at_once_have_numbers_and_slugs_of_their_own(api: Api) -> None:
    answers = api.together(*[lambda: api.author.post("/issues", json=an_issue(items=1)) for _ in EIGHT])

    assert [answer.status_code for answer in answers] == [201] * 8
    assert {answer.json()["number"] for answer in answers} == set(range(1, 9))
    assert len({answer.json()["slug"] for answer in answers}) == 8


def test_a_number_is_given_to_one_of_several_concurrent_requests(api: Api) -> None:
    answers = api.together(*[lambda: api.author.post("/issues", json=an_issue(75)) for _ in EIGHT])

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"number-taken"}


def test_a_slug_is_given_to_one_of_several_concurrent_requests(api: Api) -> None:
    for number in EIGHT:
        api.author.post("/issues", json=an_issue(number + 1, items=0))

    answers = api.together(
        *[lambda number=number: api.author.patch(f"/issues/{number + 1}", json={"slug": "mine"}) for number in EIGHT]
    )

    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7


def test_of_those_who_change_one_version_at_once_one_wins(api: Api) -> None:
    tag = api.author.post("/issues", json=an_issue(75)).headers["etag"]

    answers = api.together(
        *[
            lambda place=place: api.author.patch("/issues/75", json={"title": f"By {place}"}, headers={"if-match": tag})
            for place in EIGHT
        ]
    )

    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7
    winner = next(answer.json() for answer in answers if answer.status_code == 200)
    assert api.author.get("/issues/75/draft").json() == winner
    assert {answer.headers["etag"] for answer in answers} == {'"v2"'}


def test_of_those_who_change_one_item_at_once_one_wins(api: Api) -> None:
    made = api.editor.post("/issues", json=an_issue(75, published=True)).json()["sections"][0]["items"][0]

    answers = api.together(
        *[
            lambda place=place: api.editor.patch(
                f"/items/{made['id']}", json={"title": f"By {place}"}, headers={"if-match": '"v1"'}
            )
            for place in EIGHT
        ]
    )

    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7
    winner = next(answer.json()["title"] for answer in answers if answer.status_code == 200)
    assert api.get(f"/items/{made['id']}").json()["title"] == winner


def test_items_added_at_once_to_a_published_issue_are_all_there(api: Api) -> None:
    api.editor.post("/issues", json=an_issue(75, published=True, items=1))

    answers = api.together(
        *[
            lambda place=place: api.editor.post(
                "/issues/75/items", json=an_item(f"By {place}", section="research", position=place % 2)
            )
            for place in EIGHT
        ]
    )

    assert [answer.status_code for answer in answers] == [201] * 8
    added = {f"By {place}" for place in EIGHT}
    public = api.get("/issues/75").json()
    assert set(titles(public["sections"][0])) == {"Item 0", *added}
    assert titles(api.editor.get("/issues/75/draft").json()["sections"][0]) == titles(public["sections"][0])
    assert [item["title"] for item in api.walk("/items?limit=4")] == titles(public["sections"][0])
    assert public["version"] == 9
    assert api.get("/tags/research").json()["count"] == 9
    assert len(api.walk("/search?q=by")) == 8


def test_what_is_removed_and_added_at_once_leaves_no_gap(api: Api) -> None:
    items = api.editor.post("/issues", json=an_issue(75, published=True, items=4)).json()["sections"][0]["items"]

    removals = [lambda item=item: api.editor.delete(f"/items/{item['id']}") for item in items]
    additions = [
        lambda place=place: api.editor.post(
            "/issues/75/items", json=an_item(f"By {place}", section="research", position=0)
        )
        for place in range(4)
    ]
    answers = api.together(*[call for pair in zip(removals, additions, strict=True) for call in pair])

    assert sorted(answer.status_code for answer in answers) == [201] * 4 + [204] * 4
    assert set(titles(api.get("/issues/75").json()["sections"][0])) == {f"By {place}" for place in range(4)}


def test_an_item_removed_at_once_by_many_is_removed_once(api: Api) -> None:
    item = api.editor.post("/issues", json=an_issue(75, published=True)).json()["sections"][0]["items"][0]["id"]

    answers = api.together(*[lambda: api.editor.delete(f"/items/{item}") for _ in EIGHT])

    assert sorted(answer.status_code for answer in answers) == [204] + [404] * 7
    assert api.editor.get("/issues/75/draft").json()["version"] == 2


def test_issues_published_at_once_are_linked_to_each_other(api: Api) -> None:
    for number in range(1, 9):
        api.author.post("/issues", json=an_issue(number, items=1))

    answers = api.together(
        *[lambda number=number: api.editor.post(f"/issues/{number}/publish") for number in (5, 2, 8, 1, 6, 3, 7, 4)]
    )

    assert [answer.status_code for answer in answers] == [200] * 8
    links = [api.get(f"/issues/{number}").json()["links"] for number in range(1, 9)]
    assert [link["previous"] for link in links] == [None, *(f"/issues/{number}" for number in range(1, 8))]
    assert [link["next"] for link in links] == [*(f"/issues/{number}" for number in range(2, 9)), None]
    assert api.get("/tags/research").json()["issue_count"] == 8


def test_publishing_and_unpublishing_at_once_leaves_one_or_the_other_whole(api: Api) -> None:
    api.author.post("/issues", json=an_issue(75))

    answers = api.together(
        *[lambda action=action: api.editor.post(f"/issues/75/{action}") for action in ("publish", "unpublish") * 4]
    )

    assert {answer.status_code for answer in answers} == {200}
    status = api.editor.get("/issues/75/draft").json()["status"]
    assert api.get("/issues/75").status_code == (200 if status == "published" else 404)
    assert api.get("/items?total=true").json()["page"]["total"] == (3 if status == "published" else 0)
