import pytest

from app.newsletters.blocks import Block
from app.newsletters.formats import text


def shown(written: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in text.blocks_of(written)]


def test_lines_that_were_wrapped_by_hand_are_one_paragraph() -> None:
    written = (
        "The letter is set at sixty columns, as it was when we began,\n"
        "and since nobody has asked us to change that in all these\n"
        "years it will stay so, whatever the machines may do to it.\n"
        "\n"
        "A second paragraph follows, which also fills its lines well\n"
        "enough that they can be told from short ones.\n"
    )
    blocks = text.blocks_of(written)
    assert [block.kind for block in blocks] == ["paragraph", "paragraph"]
    assert blocks[0].text.endswith("whatever the machines may do to it.")


def test_without_wrapping_each_line_is_a_paragraph() -> None:
    long = (
        "A paragraph that somebody pasted from a page, where it was as wide as the window, which is wide indeed. " * 2
    )
    assert shown(f"Title\n{long}\nAnother title\n{long}") == [
        ("paragraph", "Title"),
        ("paragraph", long.strip()),
        ("paragraph", "Another title"),
        ("paragraph", long.strip()),
    ]


@pytest.mark.parametrize(
    ("written", "level", "title"),
    [
        ("# Title", 1, "Title"),
        ("### Title ###", 3, "Title"),
        ("Title\n=====", 1, "Title"),
        ("Title\n-----", 2, "Title"),
        ("=======\nTitle\n=======", 1, "Title"),
        ("== Title ==", 2, "Title"),
        ("*** Title ***", 2, "Title"),
    ],
)
def test_a_heading_is_told_by_its_marks_or_what_is_drawn_around_it(written: str, level: int, title: str) -> None:
    (block,) = text.blocks_of(written)
    assert (block.kind, block.level, block.text) == ("heading", level, title)


@pytest.mark.parametrize("written", ["---", "* * *", "=====", "~~~~~~", "--", "•••", "***"])
def test_a_line_of_signs_is_a_divider(written: str) -> None:
    assert shown(f"One.\n\n{written}\n\nTwo.")[1] == ("divider", written)


def test_bullets_have_the_depth_of_their_indent() -> None:
    written = "* one\n  * inner\n    goes on\n* two\n1. first"
    assert [(block.text, block.depth, block.ordered) for block in text.blocks_of(written)] == [
        ("one", 1, False),
        ("inner\ngoes on", 2, False),
        ("two", 1, False),
        ("first", 1, True),
    ]


def links(block: Block) -> list[tuple[str, str | None]]:
    return [(block.text[mark.start : mark.end], mark.url) for mark in block.links]


@pytest.mark.parametrize(
    ("written", "words", "url"),
    [
        ("See (https://example.org/a).", "https://example.org/a", "https://example.org/a"),
        ("<https://example.org/a?b=c>", "https://example.org/a?b=c", "https://example.org/a?b=c"),
        (
            "https://example.org/wiki/Tea_(drink)",
            "https://example.org/wiki/Tea_(drink)",
            "https://example.org/wiki/Tea_(drink)",
        ),
        ("on www.example.org, they say", "www.example.org", "http://www.example.org"),
    ],
)
def test_an_address_in_the_text_is_a_link(written: str, words: str, url: str) -> None:
    (block,) = text.blocks_of(written)
    assert links(block) == [(words, url)]


def test_numbered_notes_are_the_links_of_their_numbers() -> None:
    written = "One thing [1] and another [2].\n\n[1] https://example.org/one\n[2]: https://example.org/two"
    (block,) = text.blocks_of(written)
    assert links(block) == [("[1]", "https://example.org/one"), ("[2]", "https://example.org/two")]


def test_notes_that_count_anew_belong_to_what_is_above_them() -> None:
    written = "One [1].\n\n[1] https://example.org/one\n\nTwo [1].\n\n[1] https://example.org/two"
    assert [links(block)[0][1] for block in text.blocks_of(written)] == [
        "https://example.org/one",
        "https://example.org/two",
    ]


def test_a_mails_head_says_what_it_is_about() -> None:
    written = "From: Ada <ada@example.org>\nSubject: Foo 12\nDate: Fri, 14 Mar 2025 07:30:00 +0000\n\nHello."
    source = text.read(written, "mail.txt")
    assert (source.title, source.date) == ("Foo 12", "Fri, 14 Mar 2025 07:30:00 +0000")
    assert [block.text for block in source.blocks] == ["Hello."]
    assert [left.what for left in source.left_out] == ["From: Ada <ada@example.org>"]


def test_places_are_lines_of_the_file() -> None:
    source = text.read("Title: A\nDate: 2025-01-01\n\nOne.\n\n\nTwo.", "a.txt")
    assert [block.place for block in source.blocks] == [4, 7]


@pytest.mark.parametrize(
    "written", ["", "\n\n", "x" * 100_000, "* " * 20_000, "[" * 50_000, "a\n" * 20_000, "> " * 20_000]
)
def test_anything_is_read(written: str) -> None:
    text.read(written, "any.txt")
