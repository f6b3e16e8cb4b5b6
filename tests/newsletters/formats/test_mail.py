"""Mail as editions."""

from datetime import UTC, datetime, timedelta, timezone
from email.message import EmailMessage

import pytest

from app.newsletters.formats import mail
from app.newsletters.left_out import Unreadable
from tests.newsletters.formats.reading import texts


def a_message(**headers: str) -> EmailMessage:
    message = EmailMessage()
    given = {
        "Subject": "Käse 12: Der Rest",
        "From": "Die Käserei <brief@kaese.example>",
        "Date": "Thu, 02 May 2024 08:00:00 +0200",
        "Message-ID": "<12@kaese.example>",
    }
    for name, value in (given | {name.replace("_", "-"): value for name, value in headers.items()}).items():
        message[name] = value
    return message


def test_headers_say_what_a_message_is() -> None:
    message = a_message()
    message.set_content("Hallo")
    message["Content-Language"] = "de"
    source = mail.read(message.as_bytes(), "12.eml")
    assert (source.name, source.key, source.title) == ("12.eml", "12@kaese.example", "Käse 12: Der Rest")
    assert source.date == datetime(2024, 5, 2, 8, tzinfo=timezone(timedelta(hours=2)))
    assert (source.publication, source.language) == ("Die Käserei", "de")


@pytest.mark.parametrize(
    ("headers", "publication"),
    [
        ({"List-Id": "Cheese Weekly <cheese.lists.example>"}, "Cheese Weekly"),
        ({"List-Id": '"Cheese Weekly" <cheese.lists.example>'}, "Cheese Weekly"),
        ({"List-Id": "a1b2c3d4e5f6mc list <a1b2c3d4e5f6.list-id.example>"}, "Die Käserei"),
        ({"List-Id": "<spc-80186-1>"}, "Die Käserei"),
        ({"From": "brief@kaese.example"}, None),
    ],
)
def test_the_publication_is_the_lists_name_or_the_senders(headers: dict[str, str], publication: str | None) -> None:
    message = a_message(**headers)
    message.set_content("Hallo")
    assert mail.read(message.as_bytes(), "x").publication == publication


def test_of_alternatives_the_html_is_read() -> None:
    message = a_message()
    message.set_content("Plain words")
    message.add_alternative("<h1>Title</h1><p>Rich words <img src='cid:logo' alt='logo'></p>", subtype="html")
    html_part = message.get_payload()[1]  # type: ignore[index]
    html_part.add_related(b"\x89PNG", "image", "png", cid="<logo>", filename="logo.png")  # type: ignore[union-attr]
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="programme.pdf")
    source = mail.read(message.as_bytes(), "x")
    assert texts(source.blocks) == ["Title", "Rich words"]
    assert [(left.what, left.reason) for left in source.left_out] == [
        ("logo", "an embedded image"),
        ("text/plain", "the same as plain text"),
        ("logo.png", "an embedded image"),
        ("programme.pdf", "an attachment"),
    ]


def test_a_message_of_text_is_read_as_text() -> None:
    message = a_message()
    message.set_content("Hello\n\nCafé, twice")
    assert texts(mail.read(message.as_bytes(), "x").blocks) == ["Hello", "Café, twice"]


def test_parts_that_follow_each_other_are_read_together() -> None:
    source = (
        b"From: a\nContent-Type: multipart/mixed; boundary=b\n\n"
        b"--b\nContent-Type: text/html\n\n<p>One\n--b\nContent-Type: text/plain\n\nTwo\n--b--\n"
    )
    assert texts(mail.read(source, "x").blocks) == ["One", "Two"]


def test_flowing_text_is_joined() -> None:
    source = b"From: a\nContent-Type: text/plain; format=flowed\n\nOne line \nthat goes on\n\nAnother\n"
    assert texts(mail.read(source, "x").blocks) == ["One line that goes on", "Another"]


def test_a_message_says_its_encoding() -> None:
    source = b"From: a\nContent-Type: text/html; charset=koi8-r\n\n<p>" + "мир".encode("koi8-r")
    assert texts(mail.read(source, "x").blocks) == ["мир"]


def test_broken_headers_do_not_matter() -> None:
    headers = b"From: <<>\nDate: yesterday\nSubject: =?bad?q?x?=\nMessage-ID: <[]\n"
    source = headers + b"Content-Type: text/html; charset=x\n\na"
    read = mail.read(source, "x")
    assert (texts(read.blocks), read.date) == (["a"], "yesterday")


def test_a_date_without_a_zone_is_taken_as_it_is() -> None:
    message = a_message(Date="Thu, 02 May 2024 08:00:00 -0000")
    message.set_content("a")
    date = mail.read(message.as_bytes(), "x").date
    assert isinstance(date, datetime)
    assert date.replace(tzinfo=UTC) == datetime(2024, 5, 2, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (b"From: a\nContent-Type: image/png\n\nx", "no text"),
        (b"From a@b Thu May  2 2024\nFrom: a\n\nx\n\nFrom a@b Thu May  2 2024\nFrom: b\n\ny", "mailbox"),
        (b"From: a\nSubject: " + b"long " * 5000 + b"\n\nx", "header Subject of 25,"),
        (b"Content-Type: message/rfc822\n\n" * 2000 + b"x", "deeply nested"),
    ],
)
def test_what_cannot_be_read_says_why(source: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        mail.read(source, "x")
