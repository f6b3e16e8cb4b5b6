"""Queries: unknown parameters and invalid values."""

import pytest

from tests.api import Api
from tests.web.expect import BY_PUBLICATION, LISTS, OBJECTS, a_problem, with_query
from tests.web.wire import ask


def test_an_unknown_filter_is_reported(library: Api, subtests: pytest.Subtests) -> None:
    for path in LISTS:
        for name in ("foo", "Limit", "limit[]", "offset", "page", "status", "__class__", "utm", "gclid_", "from_"):
            with subtests.test(path=path, name=name):
                problem = a_problem(library, library.get(with_query(path, f"{name}=1")), 422, "invalid", name)

                assert name in problem["detail"]


def test_an_unknown_parameter_of_an_object_is_reported(library: Api, subtests: pytest.Subtests) -> None:
    item = library.get("/items?limit=1").json()["data"][0]["id"]
    for path in (*OBJECTS, f"/items/{item}", "/problems/not-found", "/healthz", "/readyz", "/openapi.json", "/docs"):
        with subtests.test(path=path):
            a_problem(library, library.get(f"{path}?foo=1"), 422, "invalid", "foo")


def test_an_unknown_parameter_of_a_write_is_rejected_and_nothing_written(library: Api) -> None:
    a_problem(library, library.editor.post("/issues?dry_run=true", json={"title": "T"}), 422, "invalid", "dry_run")
    a_problem(library, library.editor.post("/issues/76/publish?at=noon"), 422, "invalid", "at")
    a_problem(library, library.editor.get("/issues/75/draft?fields=title&x=1"), 422, "invalid", "x")

    assert [issue["number"] for issue in library.author.get("/drafts").json()["data"]] == [76]


def test_very_many_unknown_parameters_are_not_all_reported(library: Api) -> None:
    query = "&".join(f"x{place}=1" for place in range(6_000))
    for path in ("/items", "/issues/75", "/healthz"):
        answer = library.get(with_query(path, query))
        assert answer.status_code == 422
        assert [fault["pointer"] for fault in answer.json()["errors"]] == [f"x{place}" for place in range(50)]


def test_filters_of_other_lists_are_unknown(library: Api, subtests: pytest.Subtests) -> None:
    for path, query in (
        ("/issues", "section=research"),
        ("/issues", "domain=example.org"),
        ("/issues", "sponsored=true"),
        ("/issues", "q=paper"),
        ("/items", "slug=a"),
        ("/items", "full=true"),
        ("/items", "q=paper"),
        ("/issues/75/items", "issue=75"),
        ("/sections/research/items", "section=career"),
        ("/sections", "tag=research"),
        ("/sections", "order=published_at"),
        ("/tags", "from=2025-01-01"),
        ("/search?q=paper", "order=published_at"),
        ("/search?q=paper", "domain=example.org"),
    ):
        with subtests.test(path=path, query=query):
            a_problem(library, library.get(with_query(path, query)), 422, "invalid", query.split("=")[0])


def test_all_faults_are_reported_at_once(library: Api) -> None:
    answer = library.get("/items?limit=0&foo=1&order=up&sponsored=maybe")

    problem = a_problem(library, answer, 422, "invalid", "limit", "order", "sponsored", "foo")
    assert "3 more" in problem["detail"]


def test_a_limit_that_is_not_valid_is_rejected(library: Api, subtests: pytest.Subtests) -> None:
    for path in (*LISTS, "/drafts"):
        for limit in ("0", "101", "-1", "abc", "1.0", "", "%205", "%2B5", "1e1", "05", "٣", "99999999999999999999"):
            with subtests.test(path=path, limit=limit):
                answer = library.author.get(with_query(path, f"limit={limit}"))
                problem = a_problem(library, answer, 422, "invalid", "limit")
                assert problem["detail"].startswith("limit")
        with subtests.test(path=path, limit="twice"):
            a_problem(library, library.author.get(with_query(path, "limit=1&limit=2")), 422, "invalid", "limit")


def test_a_limit_of_1_to_100_is_used(library: Api, subtests: pytest.Subtests) -> None:
    for path in LISTS:
        with subtests.test(path=path):
            for limit in (1, 100):
                page = library.get(with_query(path, f"limit={limit}")).json()
                assert page["page"]["limit"] == limit
                assert len(page["data"]) <= limit


def test_a_parameter_given_twice_is_reported(library: Api, subtests: pytest.Subtests) -> None:
    for path, query in (
        ("/items", "order=published_at&order=-published_at"),
        ("/items", "from=2025-01-01&from=2025-01-02"),
        ("/items", "sponsored=true&sponsored=false"),
        ("/items", "issue=74&issue=75"),
        ("/items", "domain=a&domain=b"),
        ("/issues", "fields=title&fields=number"),
        ("/issues", "full=true&full=true"),
        ("/issues/75", "fields=title&fields=number"),
        ("/tags", "total=true&total=false"),
        ("/search", "q=paper&q=result"),
    ):
        with subtests.test(path=path, query=query):
            problem = a_problem(library, library.get(f"{path}?{query}"), 422, "invalid", query.split("=")[0])

            assert "once" in problem["detail"]


def test_a_tag_may_be_given_again_and_means_both(library: Api) -> None:
    assert len(library.get("/items?tag=research").json()["data"]) == 4
    assert library.get("/items?tag=research&tag=career").json()["data"] == []
    assert len(library.get("/issues?tag=research&tag=career").json()["data"]) == 2


def test_more_tags_than_a_filter_takes_are_reported(library: Api, subtests: pytest.Subtests) -> None:
    for path in (*BY_PUBLICATION, "/search?q=paper"):
        with subtests.test(path=path):
            tags = "&".join(f"tag=research,t{place}" for place in range(20))
            assert library.get(with_query(path, tags)).status_code == 200
            a_problem(library, library.get(with_query(path, f"{tags}&tag=x")), 422, "invalid", "tag")
            a_problem(library, library.get(with_query(path, "tag=a&" * 1500)), 422, "invalid", "tag")


def test_a_parameter_without_a_value_is_an_absent_one(library: Api, subtests: pytest.Subtests) -> None:
    """Forms and templates send all of their fields, also those that are empty."""
    for path, names in (
        ("/items", ("tag", "issue", "section", "domain", "sponsored", "from", "to", "order", "total", "cursor")),
        ("/issues", ("tag", "slug", "from", "to", "full", "total", "fields")),
        ("/issues/75", ("fields",)),
        ("/search?q=paper", ("tag", "issue", "cursor", "fields")),
        ("/tags", ("total", "fields")),
    ):
        plain = library.get(path)
        for empty in (*(f"{name}=" for name in names), "&".join(f"{name}=" for name in names), f"{names[0]}", "&&"):
            with subtests.test(path=path, empty=empty):
                answer = library.get(with_query(path, empty))
                assert (answer.status_code, answer.content) == (200, plain.content)
    assert (
        library.get("/items?tag=&tag=research&tag=").json()["data"] == library.get("/items?tag=research").json()["data"]
    )
    for path in ("/issues", "/issues/75", "/healthz"):
        with subtests.test(unknown=path):
            a_problem(library, library.get(f"{path}?foo="), 422, "invalid", "foo")


def test_tracking_parameters_of_a_read_are_ignored(library: Api, subtests: pytest.Subtests) -> None:
    tracking = "utm_source=mail&utm_medium=a&utm_whatever=b&fbclid=c&fbclid=d&gclid=e&_=1767225600"
    for path in (*LISTS, *OBJECTS, "/search?q=paper", "/problems/not-found", "/healthz", "/openapi.json", "/docs"):
        with subtests.test(path=path):
            plain, tracked = library.get(path), library.get(with_query(path, tracking))
            assert (tracked.status_code, tracked.content) == (200, plain.content)
    page = library.get(f"/items?limit=1&{tracking}").json()["page"]
    assert page == library.get("/items?limit=1").json()["page"]
    drafts = library.author.get(f"/drafts?{tracking}")
    assert drafts.content == library.author.get("/drafts").content
    a_problem(
        library, library.editor.post("/issues?utm_source=mail", json={"title": "T"}), 422, "invalid", "utm_source"
    )


def test_a_flag_may_be_in_any_case(library: Api, subtests: pytest.Subtests) -> None:
    for yes, no in (("True", "False"), ("TRUE", "FALSE"), ("tRuE", "fAlSe")):
        with subtests.test(yes=yes):
            assert library.get(f"/tags?total={yes}").content == library.get("/tags?total=true").content
            assert library.get(f"/tags?total={no}").content == library.get("/tags").content
            assert library.get(f"/items?sponsored={no}").content == library.get("/items?sponsored=false").content


def test_days_that_are_not_valid_are_rejected(library: Api, subtests: pytest.Subtests) -> None:
    for path in BY_PUBLICATION:
        for day in (
            "0000-01-01",
            "2025-13-01",
            "2025-02-29",
            "2025-06-31",
            "2025-00-10",
            "2025-1-1",
            "20250101",
            "2025-W01-1",
            "2025-01-01T00:00:00Z",
            "10000-01-01",
            "-2025-01-01",
            "today",
            "1767225600",
            "٢٠٢٥-٠١-٠١",
        ):
            for name in ("from", "to"):
                with subtests.test(name=name, day=day):
                    a_problem(library, library.get(with_query(path, f"{name}={day}")), 422, "invalid", name)


def test_from_after_to_is_rejected(library: Api, subtests: pytest.Subtests) -> None:
    for path in BY_PUBLICATION:
        with subtests.test(path=path):
            problem = a_problem(
                library, library.get(with_query(path, "from=2025-12-05&to=2025-12-04")), 422, "invalid", "to"
            )

            assert "2025-12-05" in problem["detail"]


def test_the_first_and_the_last_day_that_are_days_will_do(library: Api, subtests: pytest.Subtests) -> None:
    for path in BY_PUBLICATION:
        with subtests.test(path=path):
            whole = library.get(path).json()["data"]

            assert whole
            assert library.get(with_query(path, "from=0001-01-01&to=9999-12-31")).json()["data"] == whole
            assert library.get(with_query(path, "from=9999-12-31")).json()["data"] == []
            assert library.get(with_query(path, "to=0001-01-01")).json()["data"] == []
            assert library.get(with_query(path, "from=2025-12-05&to=2025-12-05")).status_code == 200


def test_an_order_that_is_not_valid_is_rejected(library: Api, subtests: pytest.Subtests) -> None:
    for path in BY_PUBLICATION:
        for order in ("published", "+published_at", "-number", "PUBLISHED_AT", "published_at,number"):
            with subtests.test(path=path, order=order):
                a_problem(library, library.get(with_query(path, f"order={order}")), 422, "invalid", "order")


def test_a_value_that_is_neither_true_nor_false_is_rejected(library: Api, subtests: pytest.Subtests) -> None:
    for path, name in (
        *((path, "total") for path in LISTS),
        ("/issues", "full"),
        ("/items", "sponsored"),
        ("/issues/75/items", "sponsored"),
    ):
        for value in ("1", "0", "yes", "truee", "t", "null", "%20true"):
            with subtests.test(path=path, name=name, value=value):
                a_problem(library, library.get(with_query(path, f"{name}={value}")), 422, "invalid", name)


def test_more_whole_documents_than_a_page_has_are_reported(library: Api) -> None:
    problem = a_problem(library, library.get("/issues?full=true&limit=26"), 422, "invalid", "limit")

    assert "25" in problem["detail"]
    assert library.get("/issues?full=true&limit=25").status_code == 200


def test_a_search_without_words_to_search_is_reported(library: Api) -> None:
    a_problem(library, library.get("/search"), 422, "invalid", "q")


def test_any_text_may_be_searched(library: Api, subtests: pytest.Subtests) -> None:
    for text in (
        "",
        "%20",
        "%22",
        "%22%22%22",
        "*",
        "NEAR(a%20b)",
        "a%20AND%20NOT%20b",
        "title%3A",
        "%27%3B%20DROP%20TABLE%20issues%3B--",
        "%5C",
        "a%26%7C%21b%3A*",
        "%0A%0D%09",
        "%F0%9F%92%A9",
        "%E2%80%AE",
        "%EF%BF%BF",
        "w" * 60_000,
        "+".join(f"w{place}" for place in range(5_000)),
    ):
        with subtests.test(text=text):
            answer = library.get(f"/search?q={text}")

            assert answer.status_code == 200, answer.text[:500]


def test_a_query_of_unusual_bytes_is_read_or_rejected(library: Api, subtests: pytest.Subtests) -> None:
    for query, status in (
        (b"", 200),
        (b"&&&", 200),
        (b"=", 422),
        (b"limit", 422),
        (b"limit=5;limit=6", 422),
        (b"%", 422),
        (b"limit=%", 422),
        (b"limit=5#x", 422),
        (b"?limit=5", 422),
        ("domain=bücher.example".encode(), 200),
        (b"&".join(b"x%d=1" % place for place in range(3000)), 422),
    ):
        with subtests.test(query=query[:40]):
            assert ask(library, "GET", b"/items?" + query).status_code == status
