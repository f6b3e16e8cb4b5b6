import pytest

from app.content.markdown import text_of, to_html
from app.newsletters.formats import markdown
from app.newsletters.markdown_writer import markdown_of


def shown(written: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in markdown.blocks_of(written)[0]]


def test_headings_lists_quotes_and_dividers() -> None:
    written = "# One\n\nTwo\nthree.\n\n* four\n  * five\n\n> six\n\n---\n\n```\ncode\n```\n"
    blocks = markdown.blocks_of(written)[0]
    assert [(block.kind, block.text, block.level, block.depth, block.quoted) for block in blocks] == [
        ("heading", "One", 1, 0, False),
        ("paragraph", "Two three.", 0, 0, False),
        ("item", "four", 0, 1, False),
        ("item", "five", 0, 2, False),
        ("paragraph", "six", 0, 0, True),
        ("divider", "---", 0, 0, False),
        ("verbatim", "code", 0, 0, False),
    ]


def test_links_by_reference_and_those_in_html() -> None:
    written = 'A [b][c] and <a href="https://example.org/d">d</a>, <br>*e*.\n\n[c]: https://example.org/c\n[x]: https://example.org/x'
    (block,), left_out = markdown.blocks_of(written)
    assert [(block.text[mark.start : mark.end], mark.kind, mark.url) for mark in block.marks] == [
        ("b", "link", "https://example.org/c"),
        ("d", "link", "https://example.org/d"),
        ("e", "italic", None),
    ]
    assert block.text == "A b and d,\ne."
    assert [left.reason for left in left_out] == ["a link definition that is not used"]


def test_comments_and_template_tags_are_left_out_and_noted() -> None:
    source = markdown.read("{% include x %}\nText {{ site.name }}.\n\n<!-- a note -->\n\n`{{ code }}`\n", "a.md")
    assert [block.text for block in source.blocks] == ["Text .", "{{ code }}"]
    assert [left.what.strip() for left in source.left_out] == ["{% include x %}", "{{ site.name }}", "a note"]


@pytest.mark.parametrize(
    "head",
    [
        "---\ntitle: 'A title'\ndate: 2025-03-04\nnumber: 12\nlayout: post\n---\n",
        '+++\ntitle = "A title"\ndate = 2025-03-04\nissue = 12\nlayout = "post"\n+++\n',
        "Title: A title\nDate: 2025-03-04\nNumber: 12\nLayout: post\n\n",
    ],
)
def test_the_head_says_what_the_file_is(head: str) -> None:
    source = markdown.read(f"{head}# Text\n", "a.md")
    assert (source.title, str(source.date)[:10], source.number) == ("A title", "2025-03-04", "12")
    assert [left.what.lower() for left in source.left_out] == ["layout: post"]
    assert [(block.text, block.place) for block in source.blocks] == [("Text", head.count("\n") + 1)]


@pytest.mark.parametrize(
    ("said", "draft"),
    [("draft: true", True), ("published: false", True), ("status: published", False), ("draft: no", False)],
)
def test_a_head_says_whether_it_is_a_draft(said: str, draft: bool) -> None:
    assert markdown.read(f"---\ntitle: a\n{said}\n---\nText", "a.md").draft is draft


@pytest.mark.parametrize(
    "head", ["---\n: [\n---\n", "---\n- a\n---\n", "---\na: &b [*b]\n---\n", "+++\n=\n+++\n", "---\nno end"]
)
def test_a_head_that_cannot_be_read_is_text(head: str) -> None:
    markdown.read(f"{head}\n\nText.", "a.md")


@pytest.mark.parametrize(
    "written",
    [
        "A *b* **c** `d` ~~e~~ [f](https://example.org/g_(h)) and ![i](https://example.org/j.png).",
        "Stars * and_underscores_ and [brackets] and 1. numbers, <tags> & &amp; \\ slashes",
        "* one\n* two **bold**\n  * three\n\n    more of three\n* four",
        "> quoted *twice*\n>\n> and again",
        "1. one\n2. two",
        "# not a heading \\# at all",
        "Names like「**本**」の中",
    ],
)
def test_what_is_written_again_renders_as_before(written: str) -> None:
    again = markdown_of(markdown.blocks_of(written)[0])
    assert text_of(to_html(again)).split() == text_of(to_html(written)).split()


@pytest.mark.parametrize("written", ["> " * 500 + "deep", "[" * 2000, "*" * 5000, "- " * 300 + "x", "`" * 3000])
def test_what_is_nested_beyond_all_meaning_is_read(written: str) -> None:
    markdown.read(written, "a.md")


def test_no_word_of_deep_nesting_is_lost() -> None:
    assert "deep" in shown("> " * 500 + "deep")[-1][1]


@pytest.mark.parametrize("opening", ["- ", "1. ", "- > ", "> - ", "> 1. "])
@pytest.mark.parametrize("depth", [20, 49, 60, 200])
def test_no_word_of_deep_lists_is_lost(opening: str, depth: int) -> None:
    blocks = shown("# T\n\n" + opening * depth + "precious words\n\nAnd after.\n")
    assert "precious words" in blocks[-2][1]
    assert blocks[-1][1] == "And after."


def test_lists_that_are_indented_ever_deeper_keep_their_words() -> None:
    written = "\n".join(f"> {'  ' * depth}- word{depth}" for depth in range(70))
    said = " ".join(words for _, words in shown(written)).split()
    assert {f"word{depth}" for depth in range(70)} <= set(said)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("[A b](https://example.org/a), by C\n→ [D e](https://example.org/d), by F", "A b, by C\n→ D e, by F"),
        ("**[Title](https://example.org/a)**\nA remark\non it.", "Title\nA remark on it."),
        ("**All of it** and\n[more](https://example.org/a).", "All of it and more."),
        ("[One](https://example.org/a),\n[two](https://example.org/b).", "One, two."),
        ("[A link](https://example.org/a)\ngoes on.", "A link goes on."),
    ],
)
def test_line_ends_that_are_meant_stay(written: str, text: str) -> None:
    assert shown(written) == [("paragraph", text)]
