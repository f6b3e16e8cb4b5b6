"""`fields=`: responses with only the requested fields."""

import pytest

from tests.api import Api
from tests.web.expect import LISTS, OBJECTS, a_problem, an_item_id, with_query


def objects(api: Api) -> tuple[str, ...]:
    return (*OBJECTS, f"/items/{an_item_id(api)}")


def test_an_object_is_narrowed(library: Api, subtests: pytest.Subtests) -> None:
    for path in objects(library):
        whole = library.get(path).json()
        for names in ([name] for name in whole):
            with subtests.test(path, names=names):
                assert library.get(f"{path}?fields={','.join(names)}").json() == {name: whole[name] for name in names}
        with subtests.test(path, names="all"):
            assert library.get(f"{path}?fields={','.join(whole)}").json() == whole


def test_the_rows_of_a_list_are_narrowed_and_its_page_is_not(library: Api, subtests: pytest.Subtests) -> None:
    for path in (*LISTS, "/issues?full=true"):
        whole = library.get(path).json()
        for names in [[name] for name in whole["data"][0]] + [list(whole["data"][0])]:
            with subtests.test(path, names=names):
                narrowed = library.get(with_query(path, f"fields={','.join(names)}")).json()
                assert narrowed["data"] == [{name: row[name] for name in names} for row in whole["data"]]
                assert narrowed["page"] == whole["page"]


def test_an_author_may_narrow_a_list_too(library: Api) -> None:
    assert library.author.get("/drafts?fields=number,title").json()["data"] == [{"number": 76, "title": "Issue 76"}]
    a_problem(library, library.author.get("/drafts?fields=sections"), 422, "invalid", "fields")


def test_the_order_of_fields_is_the_objects_and_repeats_do_not_count(library: Api) -> None:
    answer = library.get("/issues/75?fields=title,number,title")

    assert answer.content == b'{"number":75,"title":"Issue 75"}'


def test_spaces_about_fields_do_not_matter(library: Api) -> None:
    assert library.get("/issues/75?fields=%20number%20,+title").json() == {"number": 75, "title": "Issue 75"}


def test_a_hit_is_narrowed_to_what_it_has_of_the_fields(library: Api) -> None:
    hits = library.get("/search?q=issue&fields=type,number,id,highlights").json()["data"]

    assert {hit["type"] for hit in hits} == {"issue"}
    assert all(hit.keys() == {"type", "number", "highlights"} for hit in hits)
    hits = library.get("/search?q=paper&fields=type,number,id,score").json()["data"]
    assert all(hit.keys() == {"type", "id", "score"} for hit in hits)


def test_an_unknown_field_is_reported_with_the_known_ones(library: Api, subtests: pytest.Subtests) -> None:
    for path in (*objects(library), *LISTS):
        row = library.get(path).json()
        known = list((row["data"][0] if "data" in row else row).keys())
        for names in (
            "foo",
            f"{known[0]},foo",
            f"{known[0]},",
            ",",
            "%20",
            "*",
            known[0].upper(),
            f"{known[0]}%20{known[1]}",
            f"{known[0]}.{known[1]}",
            "__class__",
            "model_fields",
            "page",
            "data",
            "a" * 5000,
        ):
            with subtests.test(path, names=names[:40]):
                answer = library.get(with_query(path, f"fields={names}"))
                problem = a_problem(library, answer, 422, "invalid", "fields")
                assert all(name in problem["detail"] for name in known)


def test_fields_that_a_list_omits_are_unknown_unless_it_is_full(library: Api) -> None:
    for name in ("sections", "intro", "outro_html"):
        a_problem(library, library.get(f"/issues?fields={name}"), 422, "invalid", "fields")
        assert library.get(f"/issues?full=true&fields={name}").json()["data"][0].keys() == {name}


def test_invalid_fields_are_reported_before_anything_is_looked_up(library: Api) -> None:
    a_problem(library, library.get("/tags/Papers?fields=foo"), 422, "invalid", "fields")
    assert library.get("/tags/Papers?fields=slug").headers["location"] == "/tags/research?fields=slug"
