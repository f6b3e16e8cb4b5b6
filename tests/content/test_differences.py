"""Differences between two documents of an issue."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.content.differences import MOST_WORDS, Differences, _Budget, _joined, _words, between
from app.content.document import IssueDocument

STEADY = settings(deadline=None, derandomize=True)
AT = "2025-12-23T12:00:00Z"


def an_item(identifier: int, **fields: Any) -> dict[str, Any]:
    return {
        "id": identifier,
        "title": f"Item {identifier}",
        "title_source": "author",
        "url": None,
        "domain": None,
        "source": None,
        "image": None,
        "body": None,
        "body_html": None,
        "tags": [],
        "sponsored": False,
        "issue": 75,
        "section": "research",
        "section_id": 0,
        "updated_at": AT,
        "extra": {},
        **fields,
    }


def a_section(
    identifier: int, *items: int | dict[str, Any], sections: tuple[Any, ...] = (), **fields: Any
) -> dict[str, Any]:
    whole = [an_item(item) if isinstance(item, int) else item for item in items]
    return {
        "id": identifier,
        "slug": "research",
        "title": f"Section {identifier}",
        "tag": None,
        "intro": None,
        "intro_html": None,
        "extra": {},
        "items": [{**item, "position": place} for place, item in enumerate(whole)],
        "sections": [{**section, "position": place} for place, section in enumerate(sections)],
        **fields,
    }


def an_issue(*sections: dict[str, Any], **fields: Any) -> IssueDocument:
    return IssueDocument.model_validate(
        {
            "number": 75,
            "slug": "issue-75",
            "title": "Issue 75",
            "subtitle": None,
            "status": "draft",
            "language": "en",
            "published_at": None,
            "updated_at": AT,
            "version": 1,
            "image": None,
            "extra": {},
            "item_count": 0,
            "tags": [],
            "reading_minutes": 1,
            "links": {"self": "/issues/75", "previous": None, "next": None},
            "intro": None,
            "intro_html": None,
            "outro": None,
            "outro_html": None,
            "sections": [{**section, "position": place} for place, section in enumerate(sections)],
            **fields,
        }
    )


def told(differences: Differences) -> dict[str, list[Any]]:
    """What was added, removed and moved, by kind and id."""
    whole = differences.model_dump()
    return {
        name: [(each["kind"], each["id"]) for each in whole[name]]
        for name in ("added", "removed", "moved")
        if whole[name]
    }


def test_nothing_is_different_from_itself() -> None:
    issue = an_issue(a_section(1, 1, 2, sections=(a_section(2, 3),)), title="A", extra={"a": 1})

    assert between(issue, issue) == Differences(added=[], removed=[], moved=[], changed=[])


def test_derived_fields_are_not_reported() -> None:
    before = an_issue(a_section(1, 1))
    after = an_issue(
        a_section(1, an_item(1, updated_at="2026-01-01T00:00:00Z", domain="example.org")),
        version=9,
        updated_at="2026-01-01T00:00:00Z",
        reading_minutes=7,
        links={"self": "/issues/75", "previous": "/issues/74", "next": None},
    )

    assert between(before, after) == Differences(added=[], removed=[], moved=[], changed=[])


def test_an_added_or_removed_item_does_not_move_those_after_it() -> None:
    short, long = an_issue(a_section(1, 2, 3)), an_issue(a_section(1, 1, 2, 3))

    assert told(between(short, long)) == {"added": [("item", 1)]}
    assert told(between(long, short)) == {"removed": [("item", 1)]}


def test_added_parts_are_reported_with_their_place() -> None:
    (added,) = between(an_issue(a_section(1, 1)), an_issue(a_section(1, 1, 2))).added

    assert added.model_dump() == {
        "kind": "item",
        "id": 2,
        "title": "Item 2",
        "place": {"section_id": 1, "section": "Section 1", "position": 1},
    }


def test_the_contents_of_a_new_section_are_not_reported_separately() -> None:
    without, with_it = an_issue(), an_issue(a_section(1, 1, 2, sections=(a_section(2, 3),)))

    assert told(between(without, with_it)) == {"added": [("section", 1)]}
    assert told(between(with_it, without)) == {"removed": [("section", 1)]}


def test_parts_moved_into_a_new_section_are_reported() -> None:
    before = an_issue(a_section(1, 1, 2))
    after = an_issue(a_section(1, 1), a_section(2, 2, 3))

    assert told(between(before, after)) == {"added": [("section", 2)], "moved": [("item", 2)]}


def test_the_contents_of_a_removed_section_have_moved() -> None:
    before = an_issue(a_section(1, 1, sections=(a_section(2, 2, sections=(a_section(3, 3),)),)))
    after = an_issue(a_section(1, 1, 2, sections=(a_section(3, 3),)))

    assert told(between(before, after)) == {"removed": [("section", 2)], "moved": [("item", 2), ("section", 3)]}


def test_of_items_in_another_order_the_fewest_have_moved() -> None:
    before, after = an_issue(a_section(1, 1, 2, 3, 4, 5)), an_issue(a_section(1, 5, 1, 2, 3, 4))

    (moved,) = between(before, after).moved

    assert (moved.id, moved.before.position, moved.after.position) == (5, 4, 0)


def test_sections_move_among_their_siblings_and_beneath_others() -> None:
    one, two, three = a_section(1), a_section(2), a_section(3)

    assert told(between(an_issue(one, two, three), an_issue(three, one, two))) == {"moved": [("section", 3)]}
    beneath = an_issue(one, a_section(2, sections=(three,)))
    (moved,) = between(an_issue(one, two, three), beneath).moved
    assert (moved.id, moved.before.section_id, moved.after.section_id, moved.after.section) == (3, None, 2, "Section 2")


def test_an_item_and_a_section_of_one_id_are_two() -> None:
    assert told(between(an_issue(a_section(1, 1)), an_issue(a_section(1, 2)))) == {
        "added": [("item", 2)],
        "removed": [("item", 1)],
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "Another"),
        ("subtitle", "Below"),
        ("slug", "another"),
        ("status", "scheduled"),
        ("language", "de"),
        ("published_at", "2026-01-01T00:00:00Z"),
        ("image", {"url": "https://example.org/a.png", "alt": None}),
        ("intro", "Hello."),
        ("outro", "Goodbye."),
        ("extra", {"a": 1}),
    ],
)
def test_a_changed_field_of_the_issue(field: str, value: object) -> None:
    before, after = an_issue(), an_issue(**{field: value})

    (changed,) = between(before, after).model_dump(mode="json")["changed"]

    assert (changed["kind"], changed["id"], changed["field"]) == ("issue", None, field)
    assert changed["after"] == value


@pytest.mark.parametrize(
    ("field", "value"), [("title", None), ("tag", "research"), ("intro", "Hello."), ("extra", {"a": True})]
)
def test_a_changed_field_of_a_section(field: str, value: object) -> None:
    (changed,) = between(an_issue(a_section(1)), an_issue(a_section(1, **{field: value}))).changed

    assert (changed.kind, changed.id, changed.field, changed.after) == ("section", 1, field, value)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "Another"),
        ("url", "https://example.org/a"),
        ("source", "Example Labs"),
        ("body", "Words."),
        ("tags", ["research", "safety"]),
        ("sponsored", True),
        ("extra", {"a": 0.5}),
    ],
)
def test_a_changed_field_of_an_item(field: str, value: object) -> None:
    after = an_issue(a_section(1, an_item(1, **{field: value})))

    (changed,) = between(an_issue(a_section(1, 1)), after).changed

    assert (changed.kind, changed.id, changed.field, changed.after) == ("item", 1, field, value)


def test_what_has_moved_may_have_changed_too() -> None:
    before = an_issue(a_section(1, 1), a_section(2))
    after = an_issue(a_section(1), a_section(2, an_item(1, sponsored=True)))

    differences = between(before, after)

    assert told(differences) == {"moved": [("item", 1)]}
    assert [(each.id, each.field) for each in differences.changed] == [(1, "sponsored")]


def test_a_title_generated_from_the_body_is_not_reported_separately() -> None:
    before = an_issue(a_section(1, an_item(1, title="One", title_source="body", body="One.")))
    after = an_issue(a_section(1, an_item(1, title="Two", title_source="body", body="Two.")))

    assert [each.field for each in between(before, after).changed] == ["body"]


def test_a_text_is_compared_word_by_word() -> None:
    before, after = an_issue(intro="The quick fox.\n\nIt jumps."), an_issue(intro="The slow fox!\n\nIt jumps.")

    (changed,) = between(before, after).changed

    assert changed.words is not None
    assert [(word.op, word.text) for word in changed.words] == [
        ("equal", "The "),
        ("delete", "quick"),
        ("insert", "slow"),
        ("equal", " fox"),
        ("delete", "."),
        ("insert", "!"),
        ("equal", "\n\nIt jumps."),
    ]


def test_a_text_that_was_missing_before_or_after_is_reported_as_a_whole() -> None:
    for before, after in ((None, "Hello."), ("Hello.", None)):
        (changed,) = between(an_issue(intro=before), an_issue(intro=after)).changed
        assert (changed.before, changed.after, changed.words) == (before, after, None)


def test_a_passage_too_long_to_be_compared_is_replaced() -> None:
    before, after = "a " * MOST_WORDS + "b", "c " + "a " * MOST_WORDS

    assert [word.op for word in _joined(_words(before, after, _Budget()))] == ["delete", "insert"]


def test_passages_that_are_alike_all_over_are_not_compared_word_by_word() -> None:
    """They would take minutes."""
    before, after = "x " * 490, "x y " * 245
    issues = [an_issue(intro="\n".join([text] * 50)) for text in (before, after)]

    (changed,) = between(*issues).changed

    assert changed.words is not None
    assert [word.op for word in changed.words] == ["equal", "delete", "insert", "equal"]


def test_lines_that_are_alike_all_over_are_not_compared() -> None:
    """Comparing these would take seconds."""
    lines = [f"{first}{second}\n" for first in "abcdefghijkl" for second in "mnopqrstuvwx"] * 100
    before, after = "".join(lines), "".join(reversed(lines))

    assert [(word.op, word.text) for word in _joined(_words(before, after, _Budget()))] == [
        ("delete", before.removesuffix("\n")),
        ("insert", after.removesuffix("\n")),
        ("equal", "\n"),
    ]


def test_all_that_is_compared_word_by_word_has_an_end() -> None:
    budget = _Budget()
    words = [str(number) for number in range(900)]

    allowed = 0
    while budget.allows(words, words):
        allowed += 1

    assert 100 < allowed < 1_000


TEXTS = st.text(st.sampled_from("ab .\n\t\r\x85é世'-"), max_size=40) | st.text(max_size=40)


@STEADY
@given(TEXTS, TEXTS)
def test_the_words_give_back_both_texts(before: str, after: str) -> None:
    words = list(_joined(_words(before, after, _Budget())))

    assert "".join(word.text for word in words if word.op != "insert") == before
    assert "".join(word.text for word in words if word.op != "delete") == after
    assert all(word.text for word in words)
    assert all(one.op != other.op for one, other in pairwise(words))
    assert (before == after) == all(word.op == "equal" for word in words)


ISSUES = st.lists(st.lists(st.integers(1, 12), max_size=5, unique=True), max_size=4).map(
    # Each item once, where it comes first.
    lambda sections: an_issue(
        *(
            a_section(place, *(item for item in items if all(item not in above for above in sections[:place])))
            for place, items in enumerate(sections)
        )
    )
)


def keys(issue: IssueDocument) -> set[tuple[str, int]]:
    sections = {("section", section.id) for section in issue.sections}
    return sections | {("item", item.id) for section in issue.sections for item in section.items}


@STEADY
@given(ISSUES, ISSUES)
def test_what_came_and_went_is_the_whole_difference(before: IssueDocument, after: IssueDocument) -> None:
    differences = told(between(before, after))
    old, new = keys(before), keys(after)

    added, removed = set(differences.get("added", [])), set(differences.get("removed", []))
    assert {key for key in added if key[0] == "section"} == {key for key in new - old if key[0] == "section"}
    assert added <= new - old
    assert removed <= old - new
    assert set(differences.get("moved", [])) <= old & new
    assert (differences == {}) == (before.sections == after.sections)
    assert between(before, before) == Differences(added=[], removed=[], moved=[], changed=[])
