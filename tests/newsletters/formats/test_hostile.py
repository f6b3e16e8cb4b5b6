"""Small files that a parser would ponder for minutes, or that fill the memory, in each format and container.

Each is refused or read within a few seconds of CPU time and 300 MB of memory, in a process whose limits are higher than
that: what is tested is that none of these reaches them.
"""

import io
import os
import time
import zipfile

import pytest

from app.newsletters.files import File
from app.newsletters.loading import load_files
from app.newsletters.sandbox.protocol import Job
from app.newsletters.sandbox.reader import FROM_COMMAND_LINE, Reader

SECONDS = 10
"""Of CPU time, several times what they take."""
MEMORY = 300_000_000

MAIL = b"From: a@b.example\r\nSubject: Clay Letter 7\r\nDate: Tue, 7 Jan 2025 12:00:00 +0000\r\nMIME-Version: 1.0\r\n"
TEXT = b"\r\n\r\nGood morning.\r\n"
PARTS = MAIL + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
PLAIN = MAIL + b"Content-Type: text/plain"


def rss(item: bytes = b"<description>text</description>", root: bytes = b"<rss>") -> bytes:
    return b"<?xml version='1.0'?>" + root + b"<channel><item><title>a</title>" + item + b"</item></channel></rss>"


def front(lines: bytes) -> bytes:
    return b"---\ntitle: x\n" + lines + b"\n---\ntext\n"


FEEDS = {
    "attributes": rss(root=b"<rss " + b" ".join(b"a%d=''" % number for number in range(50_000)) + b">"),
    "attributes-of-an-item": rss(b"<a " + b" ".join(b"a%d=''" % number for number in range(50_000)) + b"/>"),
    "attributes-of-many": rss((b"<a " + b" ".join(b"a%d=''" % number for number in range(450)) + b"/>") * 1_000),
    "attributes-behind-a-bracket": rss(root=b"<rss x='>' " + b" ".join(b"a%d=''" % n for n in range(50_000)) + b">"),
    "attributes-with-spaces": rss(root=b"<rss " + b" ".join(b"a%d = ''" % n for n in range(50_000)) + b">"),
    "attributes-without-end": b"<rss " + b" ".join(b"a%d=''" % number for number in range(50_000)),
    "attributes-with-an-open-quote": b"<rss>" + b"<a " + b'a="b" ' * 50_000 + b'x=">' + rss(),
    "namespaces": rss(root=b"<rss " + b" ".join(b"xmlns:a%d='u:%d'" % (n, n) for n in range(30_000)) + b">"),
    "namespaces-within-each-other": rss(b"".join(b"<a%d:x xmlns:a%d='u:%d'>" % (n, n, n) for n in range(17_000))),
    "namespaces-of-many": rss(b"".join(b"<x xmlns='u:%d'/>" % number for number in range(25_000))),
    "entities": b"<!DOCTYPE r [<!ENTITY a 'x'>" + b"<!ENTITY b '&a;&a;'>" * 40 + b"]>" + rss(),
    "references": rss(b"<description>" + b"&amp;" * 100_000 + b"</description>"),
    "broken-references": rss(b"<description>" + b"&" * 400_000 + b"</description>"),
    "nested": rss(b"<a>" * 50_000 + b"</a>" * 50_000),
    "nested-items": rss(b"<item>" * 50_000),
    "elements": b"<rss>" + b"<a/>" * 1_000_000,
    "entries": b"<rss><channel>" + b"<item/>" * 700_000 + b"</channel></rss>",
    "entries-with-a-prefix": b"<r:rss xmlns:r='u'><channel>" + b"<r:item/>" * 500_000 + b"</channel></r:rss>",
    "cdata": rss(b"<description><![CDATA[" + b"x " * 2_000_000 + b"]]></description>"),
    "cdata-in-pieces": rss(b"<description>" + b"<![CDATA[x]]>" * 40_000 + b"</description>"),
    "cdata-without-end": rss(b"<description>" + b"<![CDATA[x" * 40_000),
    "tags-in-tags": rss(b"<description>" + b"<a " * 160_000),
    "comments-without-end": rss(b"<!--" * 100_000),
    "declarations": rss(b"<!" * 200_000),
    "instructions": rss(b"<?" * 200_000),
    "dates": rss(b"<pubDate>" + b"1-" * 200_000 + b"</pubDate>"),
    "a-period": rss(b"<pubDate>P" + b"1D" * 200_000 + b"</pubDate>"),
    "authors": rss(b"<author>" + b"a.a@b." * 80_000 + b"</author>"),
    "encodings": b"<?xml " + b"encoding='" * 40_000 + b"?>" + rss(),
    "punycode": b"<?xml version='1.0' encoding='punycode'?>" + rss(b"x" * 300_000 + b"-" + b"a" * 100_000),
    "PUNYCODE": b"<?xml version='1.0' encoding=\"Puny_Code\"?>" + rss(b"x" * 300_000 + b"-" + b"a" * 100_000),
    "idna": b"<?xml version='1.0' encoding='idna'?>" + rss(b"x." * 300_000),
    "doctypes": b"<!DOCTYPE rss>" * 30_000 + rss(),
    "pages": rss(b"<description>" + b"&lt;div&gt;" * 30_000 + b"</description>"),
}
MAILS = {
    "parameters": PLAIN + b"; a=b" * 50_000 + TEXT,
    "distinct-parameters": PLAIN + b"".join(b"; a%d=b" % number for number in range(50_000)) + TEXT,
    "parameters-on-lines": PLAIN + b";\r\n a=b" * 50_000 + TEXT,
    "parameters-on-lines-of-another-kind": PLAIN + b";\r\ta=b" * 50_000 + TEXT,
    "parameters-in-capitals": MAIL + b"CONTENT-TYPE: text/plain" + b"; a=b" * 50_000 + TEXT,
    "semicolons": PLAIN + b";" * 19_000 + TEXT,
    "continuations": PLAIN + b"".join(b"; a*%d=b" % number for number in range(50_000)) + TEXT,
    "a-continuation-far-ahead": PLAIN + b"; a*99999999999999999=b; a*0=c" + TEXT,
    "quotes": PLAIN + b"; a=" + b'"' * 18_000 + TEXT,
    "escapes": PLAIN + b"; a=" + b"\\" * 18_000 + TEXT,
    "comments": PLAIN + b"; a=" + b"()" * 9_000 + TEXT,
    "open-comments": MAIL + b"MIME-Version: 1.0 " + b"(" * 300_000 + TEXT,
    "disposition": PLAIN + b"\r\nContent-Disposition: inline" + b"; a=b" * 50_000 + TEXT,
    "transfer-encoding": PLAIN + b"\r\nContent-Transfer-Encoding: " + b"7bit;" * 80_000 + TEXT,
    "addresses": MAIL.replace(b"a@b.example", b"a@b, " * 50_000) + TEXT,
    "quotes-in-an-address": MAIL.replace(b"a@b.example", b'"' * 19_000) + TEXT,
    "commas-in-an-address": MAIL.replace(b"a@b.example", b"," * 19_000) + TEXT,
    "encoded-words": MAIL.replace(b"Clay", b"=?utf-8?q?a?= " * 40_000) + TEXT,
    "encoded-words-within-the-limit": MAIL.replace(b"Clay", b"=?utf-8?q?a?= " * 1_400) + TEXT,
    "an-encoded-word-without-end": MAIL.replace(b"Clay", b"=?utf-8?b?" * 1_900) + TEXT,
    "a-date": MAIL.replace(b"2025", b"1" * 19_000) + TEXT,
    "an-id": MAIL + b"Message-ID: " + b"<" * 19_000 + TEXT,
    "headers": MAIL + b"X: y\r\n" * 100_000 + TEXT,
    "parameters-of-many-parts": PARTS + (b"--b\r\nContent-Type: text/plain" + b";a=b" * 190 + TEXT) * 490,
    "parameters-of-nested-mails": PARTS
    + b"--b\r\nContent-Type: message/rfc822\r\n\r\n"
    + PLAIN
    + b"; a=b" * 50_000
    + TEXT,
    "tags-of-many-parts": PARTS + (b"--b\r\nContent-Type: text/html\r\n\r\n" + b"<p>a" * 2_500 + b"\r\n") * 450,
    "nested": MAIL + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" * 3_000 + TEXT,
    "nested-mails": MAIL + b"Content-Type: message/rfc822\r\n\r\n" * 15_000 + TEXT,
    "delivery-status": MAIL + b"Content-Type: message/delivery-status\r\n\r\n" + b"a: b\r\n\r\n" * 50_000,
    "boundaries": MAIL + b"Content-Type: multipart/mixed; boundary" + b" " * 400_000 + b"\r\n\r\n--b" + TEXT,
    "base64": PLAIN + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b"A=" * 400_000,
    "quoted-printable": PLAIN + b"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + b"=" * 400_000,
    "uuencode": PLAIN + b"\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\n" + b"begin 644 a\r\n" * 30_000,
    "punycode": PLAIN + b"; charset=punycode\r\n\r\n" + b"xa " * 30_000 + b"-" + b"a" * 200_000,
    "idna": PLAIN + b"; charset=idna\r\n\r\n" + b"x" * 400_000,
}
PAGES = {
    "attributes": b"<html><p " + b" ".join(b"a%d=''" % number for number in range(100_000)) + b">x",
    "an-attribute-without-end": b"<html><p a='" + b"x" * 3_000_000,
    "nested": b"<html>" + b"<div>" * 90_000,
    "nested-tables": b"<html>" + b"<table><tr><td>" * 30_000,
    "misplaced-ends": b"<html>" + b"<b><i></b></i>" * 25_000,
    "tags-in-tags": b"<html>" + b"<a " * 300_000,
    "comments-without-end": b"<html>" + b"<!--" * 200_000,
    "references": b"<html>" + b"&a" * 400_000,
    "a-number": b"<html>&#" + b"1" * 900_000 + b";",
    "scripts": b"<html>" + b"<script>" * 90_000,
    "styles": b"<html><style>" + b"{" * 400_000 + b"</style><p>x",
    "style-comments": b"<html><style>" + b"/*" * 300_000 + b"</style><p>x",
    "selectors": b"<html><style>" + b"a," * 300_000 + b"{b:c}</style><p>x",
    "an-attribute-of-styles": b"<html><p style='" + b"a:b;" * 300_000 + b"'>x",
    "preformatted-lines": b"<html><pre>" + b"a\n" * 2_000_000,
    "preformatted-lines-in-pieces": b"<html>" + (b"<p style='white-space: pre'>" + b"a\n" * 40_000 + b"</p>") * 50,
    "spaces": b"<html><p>a" + b" " * 4_000_000 + b"b",
    "json": b"<html><script type='application/ld+json'>" + b"[" * 400_000 + b"</script><p>x",
    "bases": b"<html>" + b"<base href='http://a/'>" * 50_000 + b"<p>x",
}
TEXTS = {
    "aliases.md": front(
        b"a0: &a0 [x, x]\n" + b"".join(b"a%d: &a%d [%s]\n" % (n, n, b"*a%d, " % (n - 1) * 9) for n in range(1, 30))
    ),
    "merge-keys.md": front(b"a: &a {b: c}\n" + b"x: {<<: [*a, *a, *a, *a, *a, *a, *a, *a, *a]}\n" * 100),
    "nested-yaml.md": front(b"a: " + b"[" * 9_000),
    "nested-keys.md": b"---\n" + b"? " * 9_000 + b"\n---\ntext\n",
    "a-number.md": front(b"number: 1" + b":10" * 6_000),
    "nested-toml.md": b"+++\na=" + b"[" * 9_000 + b"\n+++\ntext\n",
    "toml-keys.md": b"+++\n" + b"a." * 9_000 + b"b=1\n+++\ntext\n",
    "brackets.md": (b"[" * 900 + b"\n\n") * 1_000,
    "emphasis.md": (b"*a **b " * 100 + b"\n\n") * 300,
    "strikes.md": (b"~~a" * 15_000 + b"\n\n") * 3,
    "ticks.md": b"".join(b"`" * number + b" " for number in range(440)),
    "addresses.md": (b"http://a.b " * 900 + b"\n\n") * 90,
    "references.md": b"".join(b"[a%d]: u\n" % number for number in range(49_000)),
    "quotations.md": b"".join(b">" * 19 + b"x\n" for _ in range(40_000)),
    "tables.md": (b"|a|b|\n|-|-|\n") * 5_000,
    "template-tags.md": b"{%" * 400_000,
    "notes.txt": b"".join(b"[%d] https://a.example/\n" % (n % 999) for n in range(24_000)) + b"x [1] " * 9_000,
    "bullets.txt": b"* a\n" * 49_000,
    "dates.txt": (b"1/2/2025 " * 9_000 + b"\n") * 3,
    "digits.txt": (b"1" * 90_000 + b"\n\n") * 10,
}


def a_zip(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return packed.getvalue()


ZEROS = b"0" * 30_000_000
POSTS = b"post_id,post_date,is_published,type,title,subtitle\n"
CONTAINERS = {
    "bzip2.zip": a_zip({"a.md": ZEROS}, zipfile.ZIP_BZIP2),
    "lzma.zip": a_zip({"a.md": ZEROS}, zipfile.ZIP_LZMA),
    "deflate.zip": a_zip({"a.md": ZEROS}),
    "below-the-ratio.zip": a_zip({f"{n}.md": (os.urandom(8_000).hex().encode() * 5 + b"\n") * 90 for n in range(6)}),
    "export.zip": a_zip({"posts.csv": POSTS + b"1.a,,true,newsletter,t,s\n", "posts/1.a.html": ZEROS}),
    "export-bzip2.zip": a_zip({"posts.csv": POSTS, "posts/1.a.html": ZEROS}, zipfile.ZIP_BZIP2),
    "table.zip": a_zip({"posts.csv": POSTS + b"1.a,,true,newsletter,t,s\n" * 100_000, "posts/1.a.html": b"<p>x"}),
    "quotes.zip": a_zip({"posts.csv": POSTS + b'"' * 3_000_001, "posts/1.a.html": b"<p>x"}),
    "columns.zip": a_zip({"posts.csv": POSTS + b"," * 2_000_000, "posts/1.a.html": b"<p>x"}),
    "names.zip": a_zip({f"{n:05}{'x' * 180}.png": b"" for n in range(15_000)}),
    "attachment.eml": PARTS
    + b"--b\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    + b"QUFB\r\n" * 600_000,
    "attachments.eml": PARTS
    + (b"--b\r\nContent-Type: a/b\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b"QUFB" * 2_000 + b"\r\n") * 490,
    "encoded.xml": rss(b"<content mode='base64'>" + b"QUFB" * 1_000_000 + b"</content>"),
    "embedded.xml": b"<rss><channel>"
    + (b"<item><title>a</title><description>" + b"&lt;p&gt;a" * 900 + b"</description></item>") * 30
    + b"</channel></rss>",
    "picture.html": b"<html><img src='data:image/png;base64," + b"A" * 4_000_000 + b"'><p>x",
    "lists.md": b"# T\n\n" + (b"- " * 19 + b"x\n") * 5_000,
}

FILES = {
    **{f"feed-{name}.xml": data for name, data in FEEDS.items()},
    **{f"mail-{name}.eml": data for name, data in MAILS.items()},
    **{f"page-{name}.html": data for name, data in PAGES.items()},
    **TEXTS,
}


@pytest.mark.parametrize("name", FILES)
def test_it_is_refused_or_read_in_a_few_seconds(name: str) -> None:
    before = time.thread_time()
    found = list(load_files([File(name, FILES[name])]))
    assert time.thread_time() - before < SECONDS
    assert found


@pytest.mark.parametrize("name", CONTAINERS)
def test_no_container_takes_more_than_a_few_seconds_or_much_memory(name: str) -> None:
    with Reader(FROM_COMMAND_LINE) as reader:
        assert list(reader.read(Job(SECONDS, files=(File(name, CONTAINERS[name]),))))
        assert reader.peak < MEMORY  # 0 where it cannot be measured
