"""The shapes of issues, in short forms."""

from typing import Any


def shape(issue: dict[str, Any]) -> list[Any]:
    """Of each section its title, the titles of its items, and the same of the sections in it.

    Fails when a position has a gap, or an item names another section than its own.
    """
    return _shape(issue["sections"])


def outline(issue: dict[str, Any]) -> list[Any]:
    """The titles of sections as nested lists."""

    def of(sections: list[Any]) -> list[Any]:
        return [[title, *of(beneath)] for title, _, beneath in sections]

    return of(shape(issue))


def sections_of(issue: dict[str, Any]) -> dict[str, Any]:
    """Its sections at any depth, by their titles."""
    found: dict[str, Any] = {}
    below = list(issue["sections"])
    while below:
        section = below.pop(0)
        found[section["title"]] = section
        below += section["sections"]
    return found


def items_of(issue: dict[str, Any]) -> dict[str, Any]:
    """Its items by their titles."""
    return {item["title"]: item for section in sections_of(issue).values() for item in section["items"]}


def _shape(sections: list[Any]) -> list[Any]:
    assert [section["position"] for section in sections] == list(range(len(sections)))
    for section in sections:
        assert [item["position"] for item in section["items"]] == list(range(len(section["items"])))
        assert all(
            (item["section_id"], item["section"]) == (section["id"], section["slug"]) for item in section["items"]
        )
    return [(each["title"], [item["title"] for item in each["items"]], _shape(each["sections"])) for each in sections]
