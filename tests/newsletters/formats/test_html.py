"""HTML as blocks."""

import pytest

from app.newsletters.blocks import Mark
from app.newsletters.formats import html
from app.newsletters.markdown_writer import markdown_of
from tests.newsletters.formats.reading import marks, texts, the_block


def test_a_page_tells_what_it_is() -> None:
    page = """<html lang="de"><head><title>Nr. 7: Käse | Der Brief</title>
      <meta property="og:title" content="Nr. 7: Käse"><meta property="og:site_name" content="Der Brief">
      <meta name="description" content="Alles  über Käse"><meta property="og:image" content="/kaese.png">
      <meta property="article:published_time" content="2024-05-01T08:00:00Z">
      <link rel="canonical" href="https://brief.example.org/7"></head>
      <body><h2>Alles über Käse</h2><p>Hallo</p></body></html>"""
    source = html.read(page, "brief.html")
    assert (source.name, source.key) == ("brief.html", "brief.html")
    assert (source.title, source.publication, source.subtitle) == ("Nr. 7: Käse", "Der Brief", "Alles über Käse")
    assert (source.language, source.date) == ("de", "2024-05-01T08:00:00Z")
    assert (source.url, source.image) == ("https://brief.example.org/7", "https://brief.example.org/kaese.png")
    assert [left.what for left in source.left_out] == ["Nr. 7: Käse | Der Brief"]


def test_a_description_that_the_page_does_not_show_is_the_sites() -> None:
    source = html.read("<meta name=description content='All about cheese'><p>Hello</p>", "x")
    assert (source.subtitle, [left.what for left in source.left_out]) == (None, ["All about cheese"])


def test_a_page_without_a_date_has_that_of_its_first_time() -> None:
    assert html.read("<time datetime='2024-05-30'>30 May</time>", "x").date == "2024-05-30"


def test_a_page_is_read_in_the_encoding_that_it_says() -> None:
    page = "<meta charset=shift_jis><p>日本</p>".encode("shift-jis")
    assert texts(html.read(page, "x").blocks) == ["日本"]


@pytest.mark.parametrize(
    ("source", "kinds"),
    [
        ("<h3>Title</h3>text", ["heading", "paragraph"]),
        ("<td>one<p>two</p>three</td>", ["paragraph"] * 3),
        ("<p>one<br><br>two<br>&nbsp;<br>three", ["paragraph"] * 3),
        ("<div>one<div>two</div>three</div>", ["paragraph"] * 3),
        ("<span style='display:block'>one</span><span style='display:block'>two</span>", ["paragraph"] * 2),
        ("<ul><li>one<p>more<li>two</ul>", ["item", "paragraph", "item"]),
        ("<p>one</p><hr><p>two</p>", ["paragraph", "divider", "paragraph"]),
        ("<figure><img src=a alt=b><figcaption>Caption</figcaption></figure>", ["image", "paragraph"]),
        ("<p><img src=a><br>under it</p>", ["image", "paragraph"]),
        ("<pre>code</pre>", ["verbatim"]),
        ("<dl><dt>Word<dd>What it means</dl>", ["paragraph"] * 2),
        ("", []),
        ("<p>&nbsp;<br> \n</p><div></div>", []),
    ],
)
def test_elements_make_blocks(source: str, kinds: list[str]) -> None:
    assert [block.kind for block in html.blocks_of(source)] == kinds


def test_a_line_end_is_one_that_the_author_wants() -> None:
    assert the_block("<p>one\n  line<br>\nand&nbsp;another</p>").text == "one line\nand another"


def test_a_block_begins_at_its_line() -> None:
    blocks = html.blocks_of("<div>\n<p>\n  one</p>\n<ul>\n<li>two</ul></div>")
    assert [block.place for block in blocks] == [3, 5]


def test_lists_nest() -> None:
    source = "<ol><li>a<ul><li>b</ul><p>still a<li><h4>c</h4></ol><ul><ul><li>d</ul></ul>"
    found = [(block.kind, block.text, block.depth, block.ordered) for block in html.blocks_of(source)]
    assert found == [
        ("item", "a", 1, True),
        ("item", "b", 2, False),
        ("paragraph", "still a", 1, True),
        ("item", "c", 1, True),
        ("item", "d", 2, False),
    ]


def test_a_row_of_a_bullet_and_a_text_is_an_entry() -> None:
    row = "<tr><td>&bull;</td><td><a href=u{0}>Story {0}</a></td></tr>"
    blocks = html.blocks_of(f"<table>{row.format(1)}{row.format(2)}</table>")
    assert [(block.kind, block.text, block.depth) for block in blocks] == [
        ("item", "Story 1", 1),
        ("item", "Story 2", 1),
    ]


def test_quotations_are_quoted() -> None:
    blocks = html.blocks_of("<blockquote><p>Said</p><footer>by whom</footer></blockquote><p>more</p>")
    assert [(block.quoted, block.role) for block in blocks] == [
        (True, "content"),
        (True, "content"),
        (False, "content"),
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<a href=' u '>one</a> <b>two</b>", [("link", "one", "u"), ("bold", "two")]),
        ("<b>a<i>b</i></b>c", [("bold", "ab"), ("italic", "b")]),
        ("<a href=u><b>a</b></a>", [("link", "a", "u"), ("bold", "a")]),
        ("<b><a href=u>a</a> b</b>", [("bold", "a b"), ("link", "a", "u")]),
        ("<b>a</b><a href=u><b>b</b>c</a>", [("bold", "a"), ("link", "bc", "u"), ("bold", "b")]),
        ("<b>a<i>b</b>c</i>", [("bold", "ab"), ("italic", "b"), ("italic", "c")]),
        ("<b>a </b> b", [("bold", "a")]),
        ("<a href=u>a</a><a href=u>b</a>", [("link", "ab", "u")]),
        ("<a href=u>a</a> <a href=v>b</a>", [("link", "a", "u"), ("link", "b", "v")]),
        ("<span style='font-weight: 600'>a</span>", [("bold", "a")]),
        ("<b>a <span style='font-weight:normal'>b</span></b>", [("bold", "a")]),
        ("<span style='font-style:italic'>a</span>", [("italic", "a")]),
        ("<s>a</s> <code>b</code>", [("strike", "a"), ("code", "b")]),
        ("<a href='javascript:x()'>a</a> <a>b</a>", []),
        ("see <img src=i alt=pic> there", [("image", "pic", "i")]),
        ("<style>.k{font-weight:bold}</style><span class=k>a</span>", [("bold", "a")]),
        ("<style>@media print{.k{font-weight:bold}}</style><span class=k>a</span>", []),
    ],
)
def test_marks_say_what_is_special(source: str, expected: list[tuple[str, ...]]) -> None:
    assert marks(the_block(source)) == expected


def test_unclosed_formatting_goes_on_in_the_next_paragraph() -> None:
    first, second = html.blocks_of("<div><p>a <a href=u>b</p><p>c</a> d</p></div>")
    assert (marks(first), marks(second)) == ([("link", "b", "u")], [("link", "c", "u")])


def test_an_image_in_a_link_is_both() -> None:
    block = the_block("<a href=u><img src=i alt='A boat'></a>")
    assert (block.kind, block.text) == ("image", "A boat")
    assert block.marks == (Mark("link", 0, 6, "u"), Mark("image", 0, 6, "i"))
    assert the_block("<a href=u><img src=i></a>").marks == (Mark("link", 0, 0, "u"), Mark("image", 0, 0, "i"))


@pytest.mark.parametrize(
    "pixel", ["<img src=p width=1 height=1>", "<img src=p style='width:1px'>", "<img src=p style='display:none'>"]
)
def test_what_counts_readers_is_gone(pixel: str) -> None:
    assert html.blocks_of(pixel) == []


def test_a_picture_in_the_file_itself_is_noted() -> None:
    blocks, left_out = html.parts_of("<p>TextStyle: <img src='data:image/png;base64,AAAA' alt='a boat'></p>")
    assert texts(blocks) == ["TextStyle:"]
    assert [left.what for left in left_out] == ["a boat"]


def test_a_drawn_emoji_is_one() -> None:
    assert the_block("<p>Hi <img class=emoji src=e.png alt='🎉'></p>").text == "Hi 🎉"


@pytest.mark.parametrize(
    ("source", "url"),
    [
        ("<base href='https://a.example/b/'><a href='c'>x</a>", "https://a.example/b/c"),
        ("<link rel=canonical href='https://a.example/b'><a href='/c'>x</a>", "https://a.example/c"),
        ("<base href='https://a.example/'><a href='#c'>x</a>", "#c"),
        ("<base href='https://a.example/'><a href='mailto:a@b.example'>x</a>", "mailto:a@b.example"),
        ("<base href='https://a.example/'><a href='http://[x'>x</a>", "http://[x"),
        ("<a href='/c'>x</a>", "/c"),
        ("<a href='https://a.example/?q=1&amp;r=\n2'>x</a>", "https://a.example/?q=1&r=2"),
    ],
)
def test_links_are_followed_from_where_the_page_is(source: str, url: str) -> None:
    assert [mark.url for block in html.blocks_of(source) for mark in block.links] == [url]


@pytest.mark.parametrize(
    ("source", "role"),
    [
        ("<nav>x</nav>", "navigation"),
        ("<footer>x</footer>", "navigation"),
        ("<aside>x</aside>", "navigation"),
        ("<form>x</form><p>Much more text than that", "navigation"),
        ("<div role=navigation>x</div>", "navigation"),
        ("<header>x</header>", "navigation"),
        ("<header>x<h1>Title</h1></header>", "content"),
        ("<article><header>x</header></article>", "content"),
        ("<p>x</p><main>much more</main>", "navigation"),
        ("<h2>x</h2><main>much more</main>", "content"),
        ("<p>x</p><article>very much more text</article>", "navigation"),
        ("<p>x and a lot else around</p><article>little</article>", "content"),
        ("<div hidden>x</div>", "hidden"),
        ("<div aria-hidden=true>x</div>", "hidden"),
        ("<div style='display:none'>x</div>", "hidden"),
        ("<div style='visibility: hidden'>x</div>", "hidden"),
        ("<div style='max-height:0;overflow:hidden'>x</div>", "hidden"),
        ("<div style='opacity:0'>x</div>", "hidden"),
        ("<div style='font-size:1px'>x</div>", "hidden"),
        ("<div style='font-size:0'><p style='font-size:13px'>x</p></div>", "content"),
        ("<style>.m{display:none !important}</style><div class=m style='display:block'>x</div>", "hidden"),
        ("<p class=button-wrapper><a class='button primary' href=u><span>x</span></a></p>", "button"),
        ("<td class=mcnButtonContent><a href=u>x</a></td>", "button"),
        ("<a href=u style='background:#14e;padding:9px'>x</a>", "button"),
        ("<td bgcolor=#1144ee><a href=u style='padding:9px'>x</a></td>", "button"),
        ("<a href=u role=button>x</a>", "button"),
        ("<button>x</button>", "button"),
        ("<p><a class=btn href=u>x</a> <a class=btn href=v>y</a></p>", "button"),
        ("<p>x <a class=btn href=u>now</a></p>", "content"),
        ("<a href=u style='font-size:40px;background:#14e;padding:9px'>x</a><p>Text", "content"),
    ],
)
def test_the_format_says_what_is_not_text(source: str, role: str) -> None:
    assert next(block.role for block in html.blocks_of(source) if block.text.startswith("x")) == role


def test_a_hidden_part_of_a_paragraph_is_a_block_of_its_own() -> None:
    found = [(block.text, block.role) for block in html.blocks_of("<p>a <span style='display:none'>b</span> c</p>")]
    assert found == [("a c", "content"), ("b", "hidden")]


def test_sizes_are_by_what_most_of_the_text_has() -> None:
    source = """<p style="font-size:20px">A text that is long enough to be most of it</p>
      <div style="font-size:30px"><span>Large</span></div><font size=2>small</font><h2>Title</h2>
      <h2 style="font-size:2em">Styled</h2>"""
    assert [block.size for block in html.blocks_of(source)] == [1.0, 1.5, 0.65, 1.0, 1.6]


def test_lines_of_different_letters_are_blocks() -> None:
    large, small = html.blocks_of("<td><font size=5>Title</font><br>What it is about, at length</td>")
    assert (large.text, large.size, small.gap) == ("Title", 1.5, 0)


def test_code_keeps_its_form() -> None:
    block = the_block("<pre><code>\na  = 1\n\n``` <b>x</b>\n</code></pre>")
    assert block.text == "a  = 1\n\n``` x"
    assert block.raw == "````\na  = 1\n\n``` x\n````"


DATA = """<table><tr><th>Name</th><th>Price</th></tr><tr><td>Brie</td><td><a href="u">4 | 5</a></td></tr></table>"""


def test_a_table_of_data_is_one_block() -> None:
    block = the_block(DATA)
    assert (block.kind, block.text) == ("verbatim", "Name | Price\nBrie | 4 | 5")
    assert block.raw == "| Name | Price |\n| --- | --- |\n| Brie | [4 \\| 5](u) |"


def test_a_table_of_data_without_names_has_empty_ones() -> None:
    raw = the_block("<table><tr><td>a<td>b<tr><td>c<td>d</table>").raw
    assert raw == "|  |  |\n| --- | --- |\n| a | b |\n| c | d |"


@pytest.mark.parametrize(
    "source",
    [
        f"<table><tr><td>{DATA}</td></tr></table>".replace("<th>", "<td><p>x</p>"),
        "<table role=presentation><tr><td>a<td>b<tr><td>c<td>d</table>",
        "<table><tr><td>a<td>b</table>",
        "<table><tr><td>a<tr><td>b</table>",
        "<table><tr><td>a<td>b<tr><td>c</table>",
        "<table><tr><td>a<td>b<tr><td>c<td><img src=i></table>",
        "<table><tr><td>a<td>b<tr><td>c<td><h3>d</h3></table>",
        f"<table><tr><td>a<td>b<tr><td>c<td>{'long ' * 20}</table>",
        "<table><tr><td colspan=2>a<td>b<tr><td>c<td>d</table>",
    ],
)
def test_other_tables_are_layout(source: str) -> None:
    assert all(block.kind != "verbatim" for block in html.blocks_of(source))


def test_text_that_readers_do_not_see_is_noted() -> None:
    source = """<!-- to do: shorten --><!--[if mso]><p>For Outlook</p><![endif]--><noscript>No scripts</noscript>
      <iframe src="https://video.example/1">old</iframe><template>tpl</template><script>var x = "<p>no";</script>
      <style>p { color: red }</style><p>Text</p>"""
    blocks, left_out = html.parts_of(source)
    assert texts(blocks) == ["Text"]
    assert [left.what for left in left_out] == [
        "to do: shorten",
        "For Outlook",
        "No scripts",
        "old https://video.example/1",
        "tpl",
    ]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("a\u00a0b\u202fc", "a b c"),
        ("in\u00advisi\u200bble\ufeff", "invisible"),
        ("Preview &nbsp;&zwnj;&nbsp;&zwnj;&#847; &zwnj;", "Preview"),
        ("❤\ufe0f 👩\u200d🚀", "❤\ufe0f 👩\u200d🚀"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("&#x80;5 &amp;amp; &notanentity; &#99999999999;", "€5 &amp; ¬anentity; \ufffd"),
    ],
)
def test_invisible_characters_are_removed(source: str, text: str) -> None:
    assert the_block(f"<p>{source}</p>").text == text


def test_a_mailing_lists_archive_is_a_text_in_one_pre() -> None:
    words = "word " * 400
    first, second = html.blocks_of(f"<h1>T</h1><pre>One\nline {words}\n\nTwo <a href=u>link</a></pre>")[1:]
    assert first.text.startswith("One\nline word")
    assert marks(second) == [("link", "link", "u")]


def test_a_page_comes_out_as_markdown() -> None:
    blocks = html.blocks_of("<h2>News</h2><ul><li><a href='https://a.example/'>A</a>, <b>new</b><li>B</ul>")
    assert markdown_of(blocks) == "## News\n\n- [A](https://a.example/), **new**\n- B"
