"""Labels of a newsletter, and the tags that they mean."""

import pytest

from app.auth.callers import OPERATOR
from app.importing.importer import Importer
from app.importing.labels import UnreadableMap, read_map
from app.importing.options import Options
from app.problems import UnknownTag
from tests.api import Api
from tests.importing.factories import a_section_read, an_issue_read
from tests.importing.runs import draft, import_issues


def test_a_label_means_the_given_tag(api: Api) -> None:
    section = a_section_read("From the workshop", "One")
    section.sections = [a_section_read("Hands on", "Two")]
    import_issues(
        api, an_issue_read(7, section), labels={"from the workshop": "product", "HANDS-ON": "Career Resources"}
    )

    made = draft(api, 7)["sections"][0]
    assert (made["tag"], made["slug"]) == ("product", "from-the-workshop")
    assert made["items"][0]["tags"] == ["product"]
    assert made["sections"][0]["items"][0]["tags"] == ["career"]


def test_an_unknown_tag_is_reported_before_anything_is_imported(api: Api) -> None:
    with pytest.raises(UnknownTag, match="Similar tags are Product"):
        Importer(api.database, Options(labels={"From the workshop": "produkt"}), OPERATOR)


@pytest.mark.parametrize(
    "text",
    [
        "From the workshop = product\n\n# the rest\nA = B=research\n",
        '{"From the workshop": "product", "A = B": "research"}',
        "From the workshop: product\n'A = B': research\n",
    ],
)
def test_a_file_of_labels_is_lines_or_a_mapping(text: str) -> None:
    assert read_map(text) == {"From the workshop": "product", "A = B": "research"}


STUMBLES = ["x: 2025-13-45", "a: !!bool x", "a: !!timestamp x", "a: !!int ''", "[" * 9_000]
"""What YAML's reader stumbles over."""


@pytest.mark.parametrize(
    "text", ["", "research", "- a\n- b", "a: [b]", "a: 1", "a =", "= b", "{", "a: {b: c}", *STUMBLES]
)
def test_an_invalid_file_of_labels_is_reported(text: str) -> None:
    with pytest.raises(UnreadableMap, match="a line for each title"):
        read_map(text)
