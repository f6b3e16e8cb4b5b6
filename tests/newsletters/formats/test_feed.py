"""Feeds as editions."""

from datetime import UTC, datetime

import pytest

from app.newsletters.blocks import Source
from app.newsletters.formats import feed
from app.newsletters.formats.html import nesting
from app.newsletters.left_out import LeftOut, Unreadable
from tests.newsletters.formats.reading import texts

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
  <title>Cheese &amp; Co</title><language>en</language><link>https://cheese.example/</link>
  {items}
</channel></rss>"""

ITEM = """<item><title>No. {number}</title><guid>cheese-{number}</guid><link>https://cheese.example/{number}</link>
  <pubDate>Thu, 02 May 2024 08:00:00 +0200</pubDate><description>What is left of it</description>
  <enclosure url="https://cheese.example/{number}.png" type="image/png" length="0"/>
  <content:encoded><![CDATA[<h2>News</h2><p>See <a href="/brie">Brie</a></p>]]></content:encoded></item>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>Käse</title>
  <entry><id>tag:1</id><title type="html">Nr. &lt;b&gt;1&lt;/b&gt;</title><updated>2024-05-02T08:00:00Z</updated>
    <link href="https://kaese.example/1"/><content type="html">&lt;p&gt;Hallo&lt;/p&gt;</content></entry>
  <entry><id>tag:2</id><title>Nr. 2</title><published>2024-05-03T08:00:00Z</published>
    <content type="text">One

Two</content></entry>
</feed>"""


def rss(*items: str) -> bytes:
    return RSS.format(items="".join(items)).encode()


def editions(data: bytes) -> list[Source]:
    found = list(feed.read(data, "feed.xml"))
    assert all(isinstance(each, Source) for each in found)
    return [each for each in found if isinstance(each, Source)]


def test_each_entry_is_an_edition_in_the_feeds_order() -> None:
    first, second = editions(rss(ITEM.format(number=2), ITEM.format(number=1)))
    assert [first.key, second.key] == ["cheese-2", "cheese-1"]
    assert (first.name, first.title, first.subtitle) == ("No. 2", "No. 2", "What is left of it")
    assert (first.publication, first.language) == ("Cheese & Co", "en")
    assert first.date == datetime(2024, 5, 2, 6, tzinfo=UTC)
    assert (first.url, first.image) == ("https://cheese.example/2", "https://cheese.example/2.png")
    assert texts(first.blocks) == ["News", "See Brie"]
    assert first.blocks[1].links[0].url == "https://cheese.example/brie"


def test_atom_is_read_too() -> None:
    first, second = editions(ATOM.encode())
    assert (first.key, first.title, first.publication, first.language) == ("tag:1", "Nr. 1", "Käse", "de")
    assert first.date == datetime(2024, 5, 2, 8, tzinfo=UTC)
    assert (texts(first.blocks), texts(second.blocks)) == (["Hallo"], ["One", "Two"])


def test_a_summary_is_the_text_where_there_is_no_other() -> None:
    (source,) = editions(rss("<item><title>a</title><description>&lt;p&gt;All of it</description></item>"))
    assert (texts(source.blocks), source.subtitle, source.key) == (["All of it"], None, "a")


@pytest.mark.parametrize(("summary", "subtitle"), [("News See…", None), ("Another thing", "Another thing")])
def test_a_summary_that_is_the_beginning_of_the_text_is_not_a_subtitle(summary: str, subtitle: str | None) -> None:
    (source,) = editions(rss(ITEM.format(number=1).replace("What is left of it", summary)))
    assert source.subtitle == subtitle


def test_a_long_summary_is_noted() -> None:
    (source,) = editions(rss(ITEM.format(number=1).replace("What is left of it", "long " * 100)))
    assert (source.subtitle, [left.reason for left in source.left_out]) == (None, ["a summary beside the text"])


@pytest.mark.parametrize("said", ["", "<description>&lt;p&gt;\u200b</description>"])
def test_an_entry_without_a_text_is_left_out(said: str) -> None:
    assert list(feed.read(rss(f"<item><title>a</title>{said}</item>"), "x")) == [
        LeftOut("a", "an entry of the feed that has no text")
    ]


def test_an_entry_that_cannot_be_read_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    huge = ITEM.format(number=2).replace("<h2>", "<b>" * 100)
    monkeypatch.setattr(nesting, "MOST_TAGS", 50)
    first, second, third = feed.read(rss(ITEM.format(number=1), huge, ITEM.format(number=3)), "x")
    assert isinstance(first, Source)
    assert isinstance(second, LeftOut)
    assert (second.what, "more than 50 tags" in second.reason) == ("No. 2", True)
    assert isinstance(third, Source)


def test_scripts_in_a_feed_are_not_text() -> None:
    item = ITEM.format(number=1).replace("<h2>", "<script>alert(1)</script><h2 onclick='x()'>")
    assert texts(editions(rss(item))[0].blocks) == ["News", "See Brie"]


LAUGHS = """<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;">]>
<rss><channel><item><title>&b;</title></item></channel></rss>"""


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (LAUGHS.encode(), "entities"),
        (LAUGHS.encode("utf-16"), "entities"),
        (b'<?xml version="1.0"' + b" " * 300 + b'encoding="utf-7"?>' + LAUGHS[21:].encode("utf-7"), "entities"),
        (LAUGHS.replace("?>", " encoding='cp037'?>").encode("cp037"), "entities"),
        (b'<!DOCTYPE rss SYSTEM "file:///etc/passwd" [ <!ENTITY % x SYSTEM "http://x.example/"> ]><rss/>', "entities"),
        (b"<rss><channel></channel></rss>", "no entry"),
        (b"<rss", "feed cannot be read"),
        (b"http://127.0.0.1/feed.xml", "feed cannot be read"),
        (b"/etc/passwd", "feed cannot be read"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        list(feed.read(data, "x"))


def test_a_plain_doctype_is_accepted() -> None:
    doctype = b'<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://x.example/rss.dtd">'
    assert editions(doctype + rss(ITEM.format(number=1)).partition(b"?>")[2])[0].title == "No. 1"


def test_a_feed_beyond_its_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "LARGEST", 10)
    with pytest.raises(Unreadable, match="export"):
        list(feed.read(rss(), "x"))
