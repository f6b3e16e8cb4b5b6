"""The page for authors says what there is."""

import re
from pathlib import Path

import pytest

from app.manuscripts import ManuscriptError, attributes, front_matter, read
from tests.manuscripts.documents import taken

PAGE = (Path(__file__).parents[2] / "docs" / "manuscripts.md").read_text()
EXAMPLE = re.search(r"````markdown\n(.*?)````", PAGE, re.DOTALL)


def test_the_example_is_a_manuscript() -> None:
    assert EXAMPLE is not None
    document = read(EXAMPLE[1])

    assert taken(document)["title"] == "Small models: a guide"
    known, safety = document["sections"]
    assert [item["title"] for item in known["sections"][0]["items"]] == [
        *("Small models, long books", "An item without an address", None, "A new item, by hand"),
    ]
    assert [item["title"] for item in safety["items"]] == ["The first in a new section"]
    assert document["outro"] == "See you next week."


def test_the_fault_is_one_of_the_example() -> None:
    assert EXAMPLE is not None
    with pytest.raises(ManuscriptError) as raised:
        read(EXAMPLE[1].replace("tags=news-trends,research", "tag=news-trends"))

    assert f"\n{raised.value}\n" in PAGE


def test_each_field_and_each_attribute_has_a_line() -> None:
    fields, said = (PAGE.split(f"## {title}\n")[1].split("\n## ")[0] for title in ("Front matter", "Attributes"))

    for name in front_matter.FIELDS:
        assert f"`{name}`" in fields
    for name in {name for names in attributes.NAMES.values() for name in names}:
        assert re.search(rf"^\|.*[` ]{name}\b", said, re.MULTILINE), name
