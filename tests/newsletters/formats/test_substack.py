"""Substack's export as editions."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from app.newsletters.blocks import Source
from app.newsletters.formats import substack
from app.newsletters.left_out import LeftOut, Unreadable
from tests.newsletters.formats.reading import texts

COLUMNS = "post_id,post_date,is_published,email_sent_at,type,audience,title,subtitle,podcast_url"
TEXT = b"<h2>News</h2><p class=button-wrapper><a class='button primary' href=u><span>Sign up</span></a></p><p>Brie"


@dataclass
class Export:
    contents: dict[str, bytes]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.contents)

    def read(self, name: str) -> bytes:
        return self.contents[name]


def an_export(*rows: str, columns: str = COLUMNS, **posts: bytes) -> Export:
    table = "\r\n".join([columns, *rows]).encode()
    return Export({"posts.csv": table, **{f"posts/{name}.html": text for name, text in posts.items()}})


def a_row(key: str = "1.first", kind: str = "newsletter", published: str = "true", title: str = "First") -> str:
    return f"{key},2024-05-02T08:00:00.000Z,{published},,{kind},everyone,{title},A &amp; B,"


def test_a_post_is_an_edition() -> None:
    (source,) = substack.read(an_export(a_row(), **{"1.first": TEXT}))
    assert isinstance(source, Source)
    assert (source.name, source.key, source.title, source.subtitle) == ("First", "1.first", "First", "A & B")
    assert (source.date, source.draft) == (datetime(2024, 5, 2, 8, tzinfo=UTC), False)
    assert [(block.text, block.role) for block in source.blocks] == [
        ("News", "content"),
        ("Sign up", "button"),
        ("Brie", "content"),
    ]


def test_what_was_not_published_is_a_draft() -> None:
    (source,) = substack.read(an_export(a_row(published="FALSE"), **{"1.first": TEXT}))
    assert isinstance(source, Source)
    assert source.draft


def test_a_post_is_found_by_its_number() -> None:
    (source,) = substack.read(an_export(a_row(key="1"), **{"1.first": TEXT}))
    assert isinstance(source, Source)
    assert texts(source.blocks) == ["News", "Sign up", "Brie"]


def test_podcasts_and_pages_come_when_they_are_asked_for() -> None:
    export = an_export(a_row("1", "podcast"), a_row("2", "page"), **{"1.a": TEXT, "2.b": TEXT})
    assert [type(each) for each in substack.read(export)] == [LeftOut, LeftOut]
    assert [type(each) for each in substack.read(export, everything=True)] == [Source, Source]
    first = next(substack.read(export))
    assert first == LeftOut("First", "not a newsletter: its type is podcast")


def test_a_post_without_a_text_does_not_stop_the_others() -> None:
    first, second = substack.read(an_export(a_row("1.a"), a_row("2.b"), **{"2.b": TEXT}))
    assert first == LeftOut("First", "its text is not in the export: posts/1.a.html is missing", is_error=True)
    assert isinstance(second, Source)


def test_a_draft_without_a_text_is_not_an_error() -> None:
    (draft,) = substack.read(an_export(a_row("1.a", published="false")))
    assert draft == LeftOut("First", "its text is not in the export: posts/1.a.html is missing")


def test_an_empty_text_is_left_out() -> None:
    export = an_export(a_row("1.a"), a_row("2.b", published="false"), **{"1.a": b"", "2.b": b"<p>&nbsp;"})
    assert list(substack.read(export)) == [
        LeftOut("First", "its text is not in the export: posts/1.a.html is empty", is_error=True),
        LeftOut("First", "its text is not in the export: posts/2.b.html is empty"),
    ]


def test_a_post_that_cannot_be_read_is_reported_and_the_others_are_read() -> None:
    first, second = substack.read(an_export(a_row("1.a"), a_row("2.b"), **{"1.a": b"<b>" * 600_000, "2.b": TEXT}))
    assert isinstance(first, LeftOut)
    assert (first.what, first.is_error, " tags" in first.reason) == ("First", True, True)
    assert isinstance(second, Source)


def test_a_text_that_the_table_does_not_name_is_reported() -> None:
    export = an_export(a_row("1"), a_row("2.b", "podcast"), **{"1.a": TEXT, "2.b": TEXT, "3.c": TEXT})
    export.contents |= {"posts/1.opens.csv": b"email", "posts/4.d.opens.csv": b"email"}
    first, _, third = substack.read(export)
    assert isinstance(first, Source)
    assert texts(first.blocks) == ["News", "Sign up", "Brie"]
    assert third == LeftOut("posts/3.c.html", "posts.csv has no row for it")


def test_quotation_marks_that_do_not_pair_swallow_no_post() -> None:
    broken = '"2.b,2025,"broken" x,"'
    export = an_export(a_row("1.a"), broken, a_row("3.c"), **{"1.a": TEXT, "2.b": TEXT, "3.c": TEXT})
    first, table, *others = substack.read(export)
    assert isinstance(first, Source)
    assert isinstance(table, LeftOut)
    assert "from line 3 on it cannot be read as CSV" in table.reason
    assert [each.what for each in others if isinstance(each, LeftOut)] == ["posts/2.b.html", "posts/3.c.html"]


def test_a_table_that_cannot_be_read_at_all_is_refused() -> None:
    with pytest.raises(Unreadable, match="Export it again"):
        list(substack.read(an_export('"1.a,2025')))


def test_the_table_may_have_a_mark_and_huge_fields() -> None:
    export = an_export(a_row(title='"' + "long, " * 50_000 + '"'), **{"1.first": TEXT})
    export.contents["posts.csv"] = b"\xef\xbb\xbf" + export.contents["posts.csv"]
    (source,) = substack.read(export)
    assert isinstance(source, Source)
    assert len(source.title or "") > 200_000


def test_another_table_is_refused_by_what_it_has_not() -> None:
    with pytest.raises(Unreadable, match="no column post_date, is_published, type"):
        list(substack.read(an_export("1,a,b", columns="post_id,title,subtitle")))


def test_rows_that_are_too_short_are_read_as_far_as_they_go() -> None:
    assert list(substack.read(an_export("1.first,2024-05-02"))) == [
        LeftOut("1.first", "not a newsletter: its type is not given")
    ]
