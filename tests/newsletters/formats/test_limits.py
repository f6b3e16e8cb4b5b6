"""What would take minutes ends: a pattern that looks back, or a loop in a loop, hangs here."""

from email.message import EmailMessage

import pytest

from app.content.lengths import LONGEST_TEXT
from app.newsletters.formats import front_matter, html, mail, markdown, template_tags, text
from app.newsletters.left_out import Unreadable
from tests.newsletters.formats.reading import texts

A_FEW = 50_000


@pytest.mark.parametrize(
    "written",
    [
        "# a" + " " * A_FEW + "b",
        "== a" + "=" * A_FEW + "b",
        "== a" + " " * A_FEW + "b",
        "https://x.example/" + ")" * A_FEW,
        "https://x.example/" + "." * A_FEW,
        "1" + " " * A_FEW + "x",
        ".." + ". " * (A_FEW - 10) + "x",
    ],
    ids=lambda written: written[:8],
)
def test_a_line_of_one_sign_is_read(written: str) -> None:
    assert text.blocks_of(f"{written}\n\nfoo\n")[-1].text == "foo"


def test_many_notes_beside_many_addresses_are_read() -> None:
    line = "https://x.example/a [1] " * 4_000
    blocks = text.blocks_of(f"{line}\n{line}\n\n[1] https://n.example/")
    assert len(blocks[0].links) == 8_000


@pytest.mark.parametrize(
    "written",
    [
        "```x\n" * 10_000,
        "`" * 20_000 + "\n" + "x y z\n" * 3_000,
        "{%comment a\n" * 30_000,
        "{{ a\n" * 40_000,
        "`a``a```a````a " * 20_000,
    ],
    ids=lambda written: written[:8],
)
def test_what_begins_like_code_or_a_template_tag_and_does_not_end_stays(written: str) -> None:
    assert template_tags.remove(written) == (written, [])


def test_many_template_tags_are_taken_out() -> None:
    kept, tags = template_tags.remove("a {{ b }}{%comment%}\n" * 40_000)
    assert kept == "a \n" * 40_000
    assert [tag.place for tag in (tags[0], tags[-1])] == [1, 40_000]


@pytest.mark.parametrize(
    "written",
    [
        "|a|b|\n|-|-|\n|x" + " " * A_FEW + "y|z|\n",
        "`a\n" * 30_000,
        "> a\n" + "b\n" * 30_000,
        "x <? " * 15_000,
        "x <!-- " * 12_000,
        "<b " + "a" * 90_000 + ">x</b>",
        "<b>" * 14_000 + "</i>" * 12_000 + "x",
        "- " * 40_000 + "a",
    ],
    ids=lambda written: written[:8],
)
def test_long_paragraphs_of_markdown_are_read(written: str) -> None:
    markdown.read(f"# T\n\n{written}\n", "a.md")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("a\n" * 60_000, "60,001 lines"),
        ("a" * 110_000, "line of 110,000"),
        ("ab cd\n\n" * 150_000, "characters"),
    ],
)
def test_a_text_of_no_newsletters_size_is_refused(written: str, said: str) -> None:
    for read in (text.read, markdown.read):
        with pytest.raises(Unreadable, match=said):
            read(written, "a")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("[" * 90_000, r"too many '\['"),
        ("x <![CDATA[ " * 8_000, r"too many '\['"),
        ("![[" * 30_000, r"too many '\['"),
        (("[" * 3_000 + "\n\n") * 100, r"too many '\['"),
        ("http://a.b " * 9_000, "1,000 addresses"),
        ("www.a.b\n" * 12_000, "1,000 addresses"),
        ("soft\n" * 30_000, "paragraph of"),
    ],
    ids=lambda written: written[:8],
)
def test_a_paragraph_that_the_parser_would_ponder_is_refused(written: str, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        markdown.read(f"# T\n\n{written}\n", "a.md")


def test_a_long_list_of_links_is_within_the_limits() -> None:
    written = "".join(
        f"- [A title of {number}](https://example.org/{number}) and what of it\n" for number in range(2_000)
    )
    assert len(markdown.blocks_of(written)[0]) == 2_000


def test_a_picture_within_the_file_is_left_out_and_its_line_is_not_too_long() -> None:
    data = "data:image/png;base64," + "A" * 2 * LONGEST_TEXT
    source = markdown.read(f"One ![a cat][image1] two.\n\n[image1]: <{data}>\n", "a.md")
    assert texts(source.blocks) == ["One a cat two."]
    assert [(left.reason, left.place) for left in source.left_out] == [("an embedded image", 3)]


@pytest.mark.parametrize("last", ["", "draft: *a8\n", "<<: *a8\n"])
def test_aliases_of_aliases_are_not_unfolded(last: str) -> None:
    lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x,x]", *(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 60)}]" for n in range(1, 9))]
    read = front_matter.read("---\ntitle: T\n" + "\n".join(lines) + f"\n{last}---\n\nText.")

    assert (read.lines, read.fields) == (len(lines) + last.count("\n") + 3, {})
    assert [left.reason for left in read.left_out] == ["front matter is read with at most 10 YAML aliases"]
    assert "a0: &a0 [x,x" in read.left_out[0].what


def test_what_a_list_within_itself_says_has_an_end() -> None:
    read = front_matter.read("---\ntitle: T\nfoo: &a [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\n---\n")
    assert read.left_out[0].what.endswith(", …")


def test_a_few_aliases_are_read() -> None:
    read = front_matter.read("---\ntitle: &a T\nseries: *a\nempty: []\nfoo: {bar: [1, 2], baz: []}\n---\n")
    assert read.fields == {"title": "T", "publication": "T"}
    assert [left.what for left in read.left_out] == ["foo: bar: 1, 2, baz: "]


def test_a_mail_of_too_many_parts_is_refused() -> None:
    begin = b"From: a\nContent-Type: multipart/mixed; boundary=b\n\n"
    with pytest.raises(Unreadable, match="500 parts"):
        mail.read(begin + b"--b\nContent-Type: text/plain\n\nhi\n" * 20_000, "a.eml")
    with pytest.raises(Unreadable, match="500,000 lines"):
        mail.read(begin + b"--b\n" * 600_000, "a.eml")
    inner = b"".join(b"--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n" % (n, n + 1) for n in range(100))
    with pytest.raises(Unreadable, match="20 nested ones"):
        mail.read(b"From: a\nContent-Type: multipart/mixed; boundary=b0\n\n" + inner, "a.eml")


def test_a_mail_with_some_attachments_is_read() -> None:
    message = EmailMessage()
    message["From"] = "a@example.org"
    message.set_content("Hello")
    for number in range(40):
        message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename=f"{number}.pdf")
    assert texts(mail.read(message.as_bytes(), "a.eml").blocks) == ["Hello"]


def test_a_page_of_too_many_tags_is_refused_before_it_is_read() -> None:
    with pytest.raises(Unreadable, match="100,000 tags"):
        html.read("<p>a" * 300_000, "a.html")


def test_a_style_of_one_long_word_is_read() -> None:
    assert texts(html.blocks_of(f"<p style='{'a' * 400_000}'>words")) == ["words"]
