"""Working copies as the API gives them: one written out, and any number drawn at random."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from app.authoring.schemas import IssueDocumentInput


def taken(document: Mapping[str, Any]) -> Any:
    """The fields of a document that `PUT /issues/{number}` uses, with defaults for absent ones."""
    return _without_ignored(IssueDocumentInput.model_validate(document).model_dump(), document)


def _without_ignored(value: Any, given: Any, place: str = "issue") -> Any:
    kept = {name: each for name, each in value.items() if name != "title_source"}
    if place == "section":
        kept.pop("slug")
        kept["tag_is_given"] = "tag" in given
    for name, kind in (("sections", "section"), ("items", "item")):
        if name in kept:
            kept[name] = [
                _without_ignored(each, other, kind) for each, other in zip(kept[name], given.get(name, []), strict=True)
            ]
    return kept


def an_item(identifier: int, **fields: Any) -> dict[str, Any]:
    return {
        "id": identifier,
        "title": "A title",
        "title_source": "author",
        "url": "https://example.org/a",
        "domain": "example.org",
        "source": None,
        "image": None,
        "body": "Some words about it.",
        "body_html": "<p>Some words about it.</p>\n",
        "tags": ["research"],
        "sponsored": False,
        "position": 0,
        "issue": 76,
        "section": "research",
        "section_id": 12,
        "updated_at": "2026-01-06T09:30:00Z",
        "extra": {},
        "version": 1,
        **fields,
    }


def a_section(identifier: int, **fields: Any) -> dict[str, Any]:
    return {
        "id": identifier,
        "slug": "research",
        "title": "Research",
        "position": 0,
        "tag": "research",
        "intro": None,
        "intro_html": None,
        "extra": {},
        "items": [],
        "sections": [],
        "version": 1,
        **fields,
    }


def an_issue(*sections: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {
        "number": 76,
        "slug": "small-models",
        "title": "Small models",
        "subtitle": None,
        "status": "draft",
        "language": "en",
        "published_at": None,
        "updated_at": "2026-01-06T09:30:00Z",
        "version": 4,
        "image": None,
        "extra": {},
        "item_count": 0,
        "tags": [],
        "reading_minutes": 1,
        "links": {"self": "/issues/76/draft", "previous": None, "next": None},
        "intro": None,
        "intro_html": None,
        "outro": None,
        "outro_html": None,
        "scheduled_at": None,
        "sections": list(sections),
        **fields,
    }


def with_body(body: str | None) -> dict[str, Any]:
    return an_issue(a_section(12, items=[an_item(401, body=body), an_item(402)]))


PIECES = (
    *(
        "#",
        "# Research",
        "## [A title](https://example.org)",
        "### []",
        "####### deep",
        "#hashtag",
        "[a](b)",
        "](",
        "[",
        "]",
    ),
    *(
        "{",
        "}",
        "{#401}",
        "{outro}",
        "{outro crlf}",
        "{intro}",
        "{intro crlf}",
        "{#12 tags=research}",
        "{outro} ",
        "{%",
    ),
    *("---", "***", "===", "- a", "  - b", "1. one", "> quoted", "    code", "<!-- a", "-->", "&amp;", "| a | b |"),
    *("```", "````", "``` python", "~~~", "~~~~", "   ```", "    ```", "`", "```a`b", "~~~ `x`", "> ```"),
    *("\\", "\\\\", "\\#", "\\# a", "\\{", "\\```", "\\ ", "\\[", "\\]", '"', "'", ": ", " #", "*", "_", "title: x"),
    *(
        " ",
        "  ",
        "\t",
        "\u00a0",
        "\u2028",
        "\u0085",
        "\u200b",
        "\ufeff",
        "\u202e",
        "é",
        "世界",
        "😀",
        "👩‍🔬",
        "word",
        "No",
    ),
)

_characters = st.characters(
    exclude_categories=["Cs"],
    exclude_characters=[*map(chr, range(9)), "\x0b", "\x0c", "\x7f", *map(chr, range(14, 32))],
)
_line_characters = st.characters(exclude_categories=["Cs", "Cc"])

texts = (
    st.lists(st.sampled_from((*PIECES, "\n", "\n", "\n")), max_size=14).map("".join)
    | st.lists(st.sampled_from((*PIECES, "\n", "\r\n", "\r")), max_size=14).map("".join)
    | st.lists(st.sampled_from(PIECES), max_size=8).map("\n".join)
    | st.lists(st.sampled_from(PIECES), max_size=8).map("\r\n".join)
    | st.text(_characters, max_size=40)
)


def _is_title(text: str) -> bool:
    return 0 < len(text) <= 500 and any(unicodedata.category(char) not in ("Cf", "Zs") for char in text)


titles = (
    (st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join) | st.text(_line_characters, max_size=40))
    .map(lambda text: " ".join("".join(char for char in text if char != "\x85").split()))
    .filter(_is_title)
)
addresses = st.sampled_from(
    [
        "https://example.org/" + path
        for path in ("", "a", "a)b", "(a)", "](b)", "[a](", "{b}", "a\\", "é世", "?a=1&b=#c", ")")
    ]
)
slugs = st.sampled_from(["news-trends", "research", "product", "safety", "career", "none"])
extras = st.dictionaries(
    titles | st.sampled_from(["", "a: b", "1", "yes", "null", "- a"]) | st.text(_characters, max_size=10),
    st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(_characters, max_size=20)
    | st.sampled_from(["1", "true", "null", "", "~", "1.5", "2025-01-01", "yes"]),
    max_size=3,
)
images = st.builds(lambda url, alt: {"url": url, "alt": alt}, addresses, st.none() | titles)


@st.composite
def issues(draw: st.DrawFn) -> dict[str, Any]:
    """A working copy of any shape, with whatever texts the API accepts."""
    places = iter(range(1, 10_000))

    def item() -> dict[str, Any]:
        body_made = draw(st.booleans())
        return an_item(
            next(places),
            title=draw(titles),
            title_source="body" if body_made else "author",
            url=draw(st.none() | addresses),
            source=draw(st.none() | titles),
            image=draw(st.none() | images),
            body="Words. " + draw(texts) if body_made else draw(st.none() | texts),
            tags=draw(st.lists(slugs, max_size=3, unique=True)),
            sponsored=draw(st.booleans()),
            extra=draw(st.just({}) | extras),
        )

    def section(depth: int) -> dict[str, Any]:
        return a_section(
            next(places),
            title=draw(st.none() | titles | st.just("Research")),
            tag=draw(st.none() | slugs),
            intro=draw(st.none() | texts),
            extra=draw(st.just({}) | extras),
            items=[item() for _ in range(draw(st.integers(0, 2)))],
            sections=[section(depth + 1) for _ in range(draw(st.integers(0, 2 if depth < 3 else 0)))],
        )

    return an_issue(
        *(section(1) for _ in range(draw(st.integers(0, 2)))),
        title=draw(titles),
        subtitle=draw(st.none() | titles),
        language=draw(st.sampled_from(["en", "no", "pt-BR"])),
        published_at=draw(st.none() | st.sampled_from(["2025-12-23T12:00:00Z", "2025-12-23T12:00:00.000001Z"])),
        intro=draw(st.none() | texts),
        outro=draw(st.none() | texts),
        image=draw(st.none() | images),
        extra=draw(st.just({}) | extras),
    )
