"""What a manuscript looks like."""

from app.manuscripts.writer import write
from tests.manuscripts.documents import a_section, an_issue, an_item, with_body

ISSUE = an_issue(
    a_section(
        12,
        title="Things you should know",
        tag=None,
        intro="What happened this week.",
        sections=[
            a_section(
                13,
                title="New & Trends",
                tag="news-trends",
                extra={"colour": "blue"},
                items=[
                    an_item(
                        401,
                        title="Small models, long books",
                        url="https://example.org/small-models",
                        tags=["news-trends", "research"],
                        source="Example Labs",
                        sponsored=True,
                        image={"url": "https://example.org/a.png", "alt": "A shelf of books"},
                        extra={"rank": 3, "pinned": True},
                        body="They read **faster**.\n\n- A list\n\n# A heading of its own\n\n```sh\n# a comment\n```",
                    ),
                    an_item(402, title="Without an address or a body", tags=[], url=None, body=None),
                    an_item(
                        403,
                        title="The body's first sentence",
                        title_source="body",
                        url=None,
                        tags=["news-trends"],
                        body="The body's first sentence. And its second.",
                    ),
                ],
            )
        ],
    ),
    a_section(
        14, title=None, tag=None, items=[an_item(404, title="Under no heading", body="\nText\r\n", tags=["career"])]
    ),
    title="Small models: a guide",
    subtitle="What fits on a phone",
    published_at="2026-01-06T12:00:00Z",
    image={"url": "https://example.org/cover.png", "alt": "A phone"},
    extra={"season": 2, "theme": "dark", "paid": False},
    intro="Good morning.\n\nThis week: phones.",
    outro="See you next week.",
)

MANUSCRIPT = """\
---
number: 76
title: "Small models: a guide"
subtitle: What fits on a phone
slug: small-models
status: draft
version: 4
language: en
published_at: 2026-01-06T12:00:00Z
image:
  url: https://example.org/cover.png
  alt: A phone
extra:
  season: 2
  theme: dark
  paid: false
---

Good morning.

This week: phones.

# Things you should know
{#12}

What happened this week.

## New & Trends
{#13 tag=news-trends extra={"colour": "blue"}}

### [Small models, long books](https://example.org/small-models)
{#401 tags=news-trends,research sponsored source="Example Labs" image=https://example.org/a.png}
{alt="A shelf of books" extra={"rank": 3, "pinned": true}}

They read **faster**.

- A list

\\# A heading of its own

```sh
# a comment
```

### [Without an address or a body]
{#402}

### []
{#403 tags=news-trends}

The body's first sentence. And its second.

#
{#14}

## [Under no heading](https://example.org/a)
{#404 tags=career body="\\nText\\r\\n"}

{outro}

See you next week.
"""


def test_a_whole_issue() -> None:
    assert write(ISSUE) == MANUSCRIPT


def test_an_issue_with_nothing_in_it() -> None:
    manuscript = (
        "---\nnumber: 76\ntitle: Small models\nslug: small-models\nstatus: draft\nversion: 4\nlanguage: en\n---\n"
    )
    assert write(an_issue()) == manuscript


def test_what_yaml_would_take_for_something_else_is_quoted() -> None:
    head = write(an_issue(title="No", subtitle="- #1", language="no", slug="2026-01-06", extra={"yes": "3"}))

    for line in ('title: "No"', 'subtitle: "- #1"', 'language: "no"', 'slug: "2026-01-06"', '  "yes": "3"'):
        assert f"\n{line}\n" in head


def test_a_text_from_windows_has_a_flag() -> None:
    manuscript = write(with_body("One\r\n\r\nTwo"))

    assert "\n{#401 tags=research crlf}\n\nOne\n\nTwo\n\n" in manuscript


def test_line_ends_and_blank_lines_at_the_edges() -> None:
    manuscript = write(with_body("\nOne\n\nTwo\n") | {"intro": "a\r\nb", "outro": ""})

    assert "---\n\n{intro crlf}\n\na\nb\n\n# Research\n" in manuscript
    assert "}\n\n\\\nOne\n\nTwo\n\\\n\n## [A title]" in manuscript
    assert manuscript.endswith("\n\n{outro}\n\n\\\n")


def test_items_have_no_more_marks_than_markdown_has_headings() -> None:
    deep = a_section(7, items=[an_item(1)])
    for depth in range(6, 0, -1):
        deep = a_section(depth, sections=[deep])

    assert "\n####### Research\n{#7 tag=research}\n\n###### [A title]" in write(an_issue(deep))
