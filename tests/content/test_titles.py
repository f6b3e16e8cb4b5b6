"""Titles generated from bodies."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.content import titles

STEADY = settings(deadline=None, derandomize=True)


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("One thing happened. Then another.", "One thing happened"),
        ("No stop at the end", "No stop at the end"),
        ("It ends here.\n\nA second paragraph.", "It ends here"),
        ("Lines that an author\nbroke. Next.", "Lines that an author broke"),
        ("Why is it so? Because.", "Why is it so?"),
        ("It works! Try it.", "It works!"),
        ("Really?! Yes.", "Really?!"),
        ("And so on… Then more.", "And so on…"),
        ("Wait... It goes on.", "Wait..."),
        ("He said “no.” Then he left.", "He said “no.”"),
        ("(It is true.) Or not.", "(It is true.)"),
    ],
)
def test_the_first_sentence_is_the_title(body: str, title: str) -> None:
    assert titles.from_body(body) == title


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("@Prof. Tom explains it. Read on.", "@Prof. Tom explains it"),
        ("Dr. Who is back. So is the box.", "Dr. Who is back"),
        ("Tools vs. Agents, once more. It is long.", "Tools vs. Agents, once more"),
        ("Lee et al. Measured twice. Twice.", "Lee et al. Measured twice"),
        ("Many ways, e.g. Trees. More.", "Many ways, e.g. Trees"),
        ("The U.S. Army tries it. Soon.", "The U.S. Army tries it"),
        ("J. R. R. Tolkien wrote it. He did.", "J. R. R. Tolkien wrote it"),
        ("No. 7 is alive. Good.", "No. 7 is alive"),
        ("See fig. 3 of the paper. It is blue.", "See fig. 3 of the paper"),
        ("Version 3.5 is out. It is fast.", "Version 3.5 is out"),
        ("It costs $1.5 million. A lot.", "It costs $1.5 million"),
        ("See https://example.org/a.b.html for more. Or do not.", "See https://example.org/a.b.html for more"),
        ("The approx. half of it. Rest.", "The approx. half of it"),
        ("Yahoo! has bought it. Again.", "Yahoo! has bought it"),
        ("“Why?” she asked. He went.", "“Why?” she asked"),
        ("Wait... what is it? Nothing.", "Wait... what is it?"),
    ],
)
def test_a_mark_within_a_sentence_does_not_end_it(body: str, title: str) -> None:
    assert titles.from_body(body) == title


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("No. It is not.", "No"),
        ("They released version 2. It is better.", "They released version 2"),
        ("It was 2025. Everyone knew.", "It was 2025"),
        ("Solve it for x. It is easy.", "Solve it for x"),
        ("They released 3.5. It is better.", "They released 3.5"),
    ],
)
def test_what_looks_like_an_abbreviation_may_end_a_sentence(body: str, title: str) -> None:
    assert titles.from_body(body) == title


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("**Bold** and *slanted* `code`. More.", "Bold and slanted code"),
        ("Read [the docs](https://example.org/a.b). Now.", "Read the docs"),
        ("# A heading\n\nText.", "A heading"),
        ("- The first point\n- The second", "The first point"),
        ("> A quotation. It goes on.", "A quotation"),
        ("```\nprint(1)\n```", "print(1)"),
        ("![A picture](https://example.org/a.png)\n\nWhat it shows. More.", "What it shows"),
        ("AT&amp;T and a &lt; b. More.", "AT&T and a < b"),
        ("a < b & c. More.", "a < b & c"),
        ("<div>In a box. More.</div>", "In a box"),
        ("<script>alert(1)</script>\n\nSafe. More.", "Safe"),
        ("~~Old~~ New. More.", "Old New"),
    ],
)
def test_a_title_has_no_markdown(body: str, title: str) -> None:
    assert titles.from_body(body) == title


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("世界モデルは素晴らしい。次へ。", "世界モデルは素晴らしい"),
        ("「こんにちは。」と言った。", "「こんにちは。」"),
        ("这是什么？是模型。", "这是什么？"),
        ("Das ist z.B. Kant. Weiter.", "Das ist z.B. Kant"),
        ("Été à la plage. Puis l’hiver.", "Été à la plage"),
    ],
)
def test_other_languages_have_sentences_too(body: str, title: str) -> None:
    assert titles.from_body(body) == title


@pytest.mark.parametrize(
    "body", ["", "   \n\n ", "---", "![A picture](https://example.org/a.png)", "[a]: https://x.y", "<!-- c -->"]
)
def test_a_body_without_words_makes_no_title(body: str) -> None:
    assert titles.from_body(body) == ""


def test_a_long_sentence_is_cut_at_a_word() -> None:
    assert titles.from_body("seven77 " * 30) == ("seven77 " * 15).strip() + "…"


def test_a_sentence_of_120_characters_is_not_cut() -> None:
    sentence = "a" * 59 + " " + "b" * 60

    assert titles.from_body(sentence) == sentence


def test_a_comma_does_not_stand_before_the_ellipsis() -> None:
    assert titles.from_body("a" * 100 + ", " + "b" * 50) == "a" * 100 + "…"


def test_one_long_word_is_cut_within() -> None:
    assert titles.from_body("x" * 500) == "x" * 119 + "…"


@pytest.mark.parametrize("piece", ["a. ", "Dr. ", "e.g. ", ".", "!", "…”"])
def test_a_long_body_of_full_stops_costs_no_more_than_another(piece: str) -> None:
    title = titles.from_body(piece * (100_000 // len(piece)))

    assert 0 < len(title) <= titles.LONGEST


@STEADY
@given(st.text(max_size=400))
def test_any_text_makes_a_title_of_one_line_and_120_characters_at_most(body: str) -> None:
    title = titles.from_body(body)

    assert len(title) <= titles.LONGEST
    assert title == " ".join(title.split())


@STEADY
@given(st.lists(st.sampled_from(["Word", "word,", "x", "Dr.", "e.g.", "U.S.", "stop.", "why?"]), min_size=1))
def test_a_title_is_the_beginning_of_its_body(words: list[str]) -> None:
    body = " ".join(words)

    assert body.startswith(titles.from_body(body).removesuffix("…"))
