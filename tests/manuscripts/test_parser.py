"""Manuscripts by hand: new ones, and small edits of what was pulled."""

from typing import Any

import pytest

from app.manuscripts import ManuscriptError, read
from tests.manuscripts.documents import taken
from tests.manuscripts.test_writer import ISSUE, MANUSCRIPT

HEAD = "---\ntitle: A\n---\n"


def items(document: dict[str, Any]) -> list[Any]:
    """The items of ISSUE's section New & Trends."""
    found: list[Any] = document["sections"][0]["sections"][0]["items"]
    return found


def test_a_new_issue_by_hand() -> None:
    document = read(
        """
---
number: 77
title: It's "small": or is it?
published_at: 2026-01-13
image: https://example.org/cover.png
subtitle:
---
Good morning.
# Research
## [A paper](<https://example.org/paper>)
Words about it.

```python
# no section
```
## [No address]
{sponsored tags="News & Trends, safety"}
## Papers
{untagged}


About papers.

### [](https://example.org/b)

Its first sentence is its title.
{outro}
Bye.
""".replace('It\'s "small": or is it?', "'It''s \"small\": or is it?'")
    )

    assert document == {
        "number": 77,
        "title": 'It\'s "small": or is it?',
        "published_at": "2026-01-13",
        "image": {"url": "https://example.org/cover.png"},
        "subtitle": None,
        "intro": "Good morning.",
        "sections": [
            {
                "title": "Research",
                "items": [
                    {
                        "title": "A paper",
                        "url": "https://example.org/paper",
                        "body": "Words about it.\n\n```python\n# no section\n```",
                    },
                    {"title": "No address", "url": None, "sponsored": True, "tags": ["News & Trends", "safety"]},
                ],
                "sections": [
                    {
                        "title": "Papers",
                        "tag": None,
                        "intro": "About papers.",
                        "items": [
                            {
                                "title": None,
                                "url": "https://example.org/b",
                                "body": "Its first sentence is its title.",
                            }
                        ],
                        "sections": [],
                    }
                ],
            }
        ],
        "outro": "Bye.",
    }


def test_what_yaml_guesses_is_not_guessed() -> None:
    document = read(
        "---\ntitle: 007\nlanguage: no\nslug: null\nextra:\n  a: yes\n  b: true\n  c: '1'\n  d: 1\n  e: 1.50\n"
        "  f: 2026-01-06\n  g: |\n    two\n    lines\n  h:\n---"
    )

    assert (document["title"], document["language"], document["slug"]) == ("007", "no", None)
    assert document["extra"] == {
        "a": "yes",
        "b": True,
        "c": "1",
        "d": 1,
        "e": 1.5,
        "f": "2026-01-06",
        "g": "two\nlines\n",
        "h": "",
    }


def test_a_title_is_changed() -> None:
    read_back = read(MANUSCRIPT.replace("[Small models, long books]", "[Small models, *very* long books]"))

    expected = read(MANUSCRIPT)
    items(expected)[0]["title"] = "Small models, *very* long books"
    assert read_back == expected


def test_an_item_is_added_at_the_end() -> None:
    read_back = read(
        MANUSCRIPT.replace("\n#\n{#14}", "\n### [One more](https://example.org/more)\n\nWords.\n\n#\n{#14}")
    )

    expected = read(MANUSCRIPT)
    items(expected).append({"title": "One more", "url": "https://example.org/more", "body": "Words."})
    assert read_back == expected


def test_an_item_is_moved_to_another_section_and_keeps_its_tags() -> None:
    item = "### [Without an address or a body]\n{#402}\n\n"

    read_back = read(MANUSCRIPT.replace(item, "").replace("{outro}", f"{item}{{outro}}"))

    expected = read(MANUSCRIPT)
    expected["sections"][1]["items"].append(items(expected).pop(1))
    assert read_back == expected
    assert expected["sections"][1]["items"][1]["tags"] == []


def test_items_change_places() -> None:
    first, second = (
        "### [Without an address or a body]\n{#402}\n\n",
        MANUSCRIPT.partition("### []")[2].partition("#\n{#14}")[0],
    )

    read_back = read(MANUSCRIPT.replace(first, "").replace("### []" + second, f"### []{second}{first}"))

    expected = read(MANUSCRIPT)
    items(expected).append(items(expected).pop(1))
    assert read_back == expected


def test_an_item_is_deleted() -> None:
    read_back = read(MANUSCRIPT.replace("### [Without an address or a body]\n{#402}\n\n", ""))

    expected = read(MANUSCRIPT)
    del items(expected)[1]
    assert read_back == expected


def test_an_item_gets_a_title_of_its_own() -> None:
    assert items(read(MANUSCRIPT.replace("### []", "### [My own]")))[2]["title"] == "My own"


def test_blank_lines_between_parts_are_free() -> None:
    spread = MANUSCRIPT.replace("\n{#", "\n\n \t\n{#").replace("\n---\n\n", "\n---   \n\n\n\n") + "\n\n\n"
    tight = MANUSCRIPT.replace("}\n\n", "}\n").replace("\n\n#", "\n#")

    assert read(spread) == read(tight) == read(MANUSCRIPT)
    assert taken(read(spread)) == taken(ISSUE)


def test_attributes_on_many_lines() -> None:
    document = read(HEAD + '# A\n{ #1 }\n\n{tag=research}\n{ extra={"a b": "}"} }\n{crlf}\nOne\nTwo')

    assert document["sections"] == [
        {
            "title": "A",
            "id": 1,
            "tag": "research",
            "extra": {"a b": "}"},
            "intro": "One\r\nTwo",
            "items": [],
            "sections": [],
        }
    ]


@pytest.mark.parametrize(
    ("manuscript", "line", "told"),
    [
        ("", 1, "begins with its front matter"),
        ("\n# Research", 2, "begins with its front matter"),
        ("---\ntitle: A\n", 1, "does not end; write a line of ---"),
        ("---\n---", 1, 'write "title: '),
        ("---\nnumber: 7\n---", 1, "an issue needs a title"),
        ("---\ntitle: A\nnumber: 7: 8\n---", 3, "this is not valid YAML (mapping values are not allowed here)"),
        ('---\ntitle: "A\n---', 2, "this is not valid YAML"),
        ("---\n[\u2028\u2028\n---", 2, "this is not valid YAML"),
        ("---\ntitle: A\u2028\nnumber: seven\n---", 3, "number is a whole number"),
        ("---\ntitle: A\x07\n---", 2, "control character; leave it out"),
        ("---\n- title\n---", 2, 'lines of "name: value"'),
        ("---\ntitle: A\ndate: 2026-01-06\n---", 3, "'date' is not a field of an issue"),
        ("---\ntitle: A\nsubtitel: B\n---", 3, "the most similar is subtitle"),
        ("---\ntitle: A\ntitle: B\n---", 3, "'title' is given twice"),
        ("---\ntitle: [A]\n---", 2, "title is a single value"),
        ("---\ntitle: !!int 3\n---", 2, "leave the YAML tag 'int' off"),
        ('---\ntitle: "\\ud800"\n---', 2, "half of a surrogate pair"),
        ("---\ntitle: A\nnumber: seven\n---", 3, "number is a whole number from 1, as in 76; this is 'seven'"),
        ("---\ntitle: A\nversion: 0\n---", 3, "version is a whole number"),
        ("---\ntitle: A\nextra: B\n---", 3, "extra is a map"),
        ("---\ntitle: A\nextra:\n  b: [c]\n---", 4, "a value of extra is a single value"),
        ("---\ntitle: A\nextra:\n  b: 1e999\n---", 4, "too large"),
        ("---\ntitle: A\nimage:\n  alt: B\n---", 4, "an image needs a URL"),
        ("---\ntitle: A\nimage:\n  href: B\n---", 4, "'href' is not a field of an image; it can be url, alt"),
        ("---\ntitle: &a\nextra:\n  b: &c {d: *c}\n---", 4, "single value"),
        (HEAD + "## [B]", 4, "this item is in no section; write a section's heading above it"),
        (HEAD + "## B", 4, "at most 1 # may stand here"),
        (HEAD + "# B\n### C", 5, "at most 2 # may stand here"),
        (HEAD + "\n".join("#" * depth + " B" for depth in range(1, 62)), 64, "sections may be 60 deep"),
        (HEAD + "# B\n## [C] D", 5, "write an item's heading as ## [Title](https://…)"),
        (HEAD + "# B\n## [C](https://example.org", 5, "write an item's heading as"),
        (HEAD + '# B\n## [C](https://example.org "D")', 5, "write an item's heading as"),
        (HEAD + "# B\n## [", 5, "write an item's heading as"),
        (HEAD + "# B\n{#1}\n# C\n{#1}", 6, "section #1 is on line 4 already"),
        (HEAD + "# B\n## [C]\n{#1}\n## [D]\n{#1}", 7, "item #1 is on line 5 already"),
        (HEAD + "# B\n{tags=c}", 5, "'tags' is not an attribute of a section; the most similar is tag"),
        (HEAD + "# B\n## [C]\n{nothing}", 6, "'nothing' is not an attribute of an item; it can be tags, untagged"),
        (HEAD + "# B\n{#1 #2}", 5, "the id is given twice"),
        (HEAD + "# B\n{tag=a}\n{tag=b}", 6, "tag is given twice"),
        (HEAD + "# B\n{#one}", 5, "an id is a number, as in #401; this is '#one'"),
        (HEAD + "# B\n{#01}", 5, "an id is a number"),
        (HEAD + "# B\n{#1", 5, "write } after the last one"),
        (HEAD + "# B\n{#1} words", 5, "only spaces may follow the } of attributes, not 'words'"),
        (HEAD + "# B\n{{ words }}", 5, "for a text that begins with {, write \\{"),
        (HEAD + "# B\n{tag}", 5, "tag needs a value: write tag=research"),
        (HEAD + "# B\n{tag= }", 5, "tag needs a value: write tag=research"),
        (HEAD + '# B\n{tag="a}', 5, "tag is not valid JSON"),
        (HEAD + '# B\n{tag="a"b}', 5, "leave a space after tag"),
        (HEAD + "# B\n{tag={}}", 5, "tag is a string"),
        (HEAD + "# B\n{extra=a}", 5, 'write extra={"colour": "blue"}'),
        (HEAD + '# B\n{extra={"a": null}}', 5, "strings, numbers and booleans"),
        (HEAD + '# B\n{extra={"a": 1, "a": 2}}', 5, "extra is not valid JSON"),
        (HEAD + '# B\n{extra={"a": NaN}}', 5, "extra is not valid JSON"),
        (HEAD + '# B\n{extra={"a": 1e999}}', 5, "extra is not valid JSON"),
        (HEAD + "# B\n{extra=" + '{"a":' * 100_000 + "}", 5, "extra is not valid JSON"),
        (HEAD + '# B\n{extra={"a": "\\ud800"}}', 5, "half of a surrogate pair"),
        (HEAD + "# B\n{crlf=yes}", 5, "crlf has no value"),
        (HEAD + "# B\n{tag=a untagged}", 5, "untagged and tag contradict each other"),
        (HEAD + "# B\n## [C]\n{untagged tags=a}", 6, "untagged and tags contradict each other"),
        (HEAD + "# B\n## [C]\n{alt=a}", 5, "alt without image"),
        (HEAD + '# B\n## [C]\n{body="a"}\n\nb', 8, "body is given as 'a' already"),
        ("---\ntitle: A\nintro: B\n---\nC", 5, "intro is given as 'B' already"),
        (HEAD + "# B\n```\n# C\n", 5, "the code that begins here does not end; write ``` below it"),
        (HEAD + "# B\n```\n## [C]\n{#1}\n```sh\n```", 5, "does not end before line 7, which has an id; write ```"),
        (HEAD + "{outro}\na\n{outro}\nb", 6, "the outro began on line 4"),
        (HEAD + "{outro}\na\n# B", 6, "the outro comes last, and began on line 4; move this above it"),
    ],
)
def test_errors_are_reported_with_their_lines(manuscript: str, line: int, told: str) -> None:
    with pytest.raises(ManuscriptError) as raised:
        read(manuscript)

    assert raised.value.line == line, raised.value
    assert told in str(raised.value)
    assert str(raised.value).startswith(f"Line {line}: ")
