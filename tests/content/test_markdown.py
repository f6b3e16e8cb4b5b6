"""Markdown as sanitised HTML, and as text."""

import re
from hashlib import sha256
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linkify_it import LinkifyIt

from app.content import complexity
from app.content.markdown import _PLAIN, RULES, _markdown, first_block, to_html
from app.content.sanitizer import sanitize, text_of

STEADY = settings(deadline=None, derandomize=True)


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("Hello *there*.", "<p>Hello <em>there</em>.</p>"),
        ("# A heading", "<h1>A heading</h1>"),
        ("~~gone~~", "<p><s>gone</s></p>"),
        ("[a](https://example.org/ 'b')", '<p><a href="https://example.org/" title="b">a</a></p>'),
        ("[a](/issues/74)", '<p><a href="/issues/74">a</a></p>'),
        ("[a](mailto:ada@example.org)", '<p><a href="mailto:ada@example.org">a</a></p>'),
        ("https://example.org/a_b_c", '<p><a href="https://example.org/a_b_c">https://example.org/a_b_c</a></p>'),
        ("www.example.org", '<p><a href="http://www.example.org">www.example.org</a></p>'),
        ("<https://example.org/>", '<p><a href="https://example.org/">https://example.org/</a></p>'),
        ("![alt](https://example.org/a.png)", '<p><img src="https://example.org/a.png" alt="alt"></p>'),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'),
        ("> a", "<blockquote>\n<p>a</p>\n</blockquote>"),
        ("`a < b`", "<p><code>a &lt; b</code></p>"),
        ("```python\nx\n```", '<pre><code class="language-python">x\n</code></pre>'),
        ("a & b < c", "<p>a &amp; b &lt; c</p>"),
        ("H<sub>2</sub>O", "<p>H<sub>2</sub>O</p>"),
        ("<details><summary>a</summary>b</details>", "<details><summary>a</summary>b</details>"),
        ("世界モデル", "<p>世界モデル</p>"),
    ],
)
def test_markdown_becomes_html(markdown: str, html: str) -> None:
    assert to_html(markdown) == html


def test_a_table_keeps_the_alignment_of_its_columns() -> None:
    html = to_html("| a | b | c |\n|---|:-:|--:|\n| 1 | 2 | 3 |") or ""

    assert "<th>a</th>" in html
    assert '<th style="text-align:center">b</th>' in html
    assert '<td style="text-align:right">3</td>' in html


@pytest.mark.parametrize("nothing", [None, "", "  \n\n"])
def test_no_text_makes_no_html(nothing: str | None) -> None:
    assert to_html(nothing) is None


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("<script>alert(1)</script>safe", "safe"),
        ("a <script>alert(1)</script> b", "<p>a  b</p>"),
        ("<ScRiPt src=https://evil.example/x.js></sCrIpT>safe", "safe"),
        ("<style>p { display: none }</style>safe", "safe"),
        ('<p style="position:fixed">a</p>', "<p>a</p>"),
        ('<table><tr><td style="text-align:left;position:fixed">a</td></tr></table>', None),
        ('<img src="x" onerror="alert(1)">', '<img src="x">'),
        ('<a href="https://example.org" onclick="alert(1)" target="_blank">a</a>', None),
        ('<a href="javascript:alert(1)">a</a>', "<p><a>a</a></p>"),
        ("<a href='java&#x0A;script:alert(1)'>a</a>", "<p><a>a</a></p>"),
        ("<a href=' &#14; javascript:alert(1)'>a</a>", "<p><a>a</a></p>"),
        ('<iframe src="https://evil.example"></iframe>safe', "safe"),
        ("<object data=x></object><embed src=x>safe", None),
        ("<form action=/><input name=a><button>b</button></form>", None),
        ('<svg onload="alert(1)"><script>alert(1)</script></svg>safe', None),
        ('<svg><a xlink:href="javascript:alert(1)">a</a></svg>', None),
        ("<math><mtext><img src=x onerror=alert(1)></mtext></math>", None),
        ('<base href="https://evil.example/">safe', "safe"),
        ('<meta http-equiv="refresh" content="0;url=https://evil.example">safe', None),
        ('<link rel="stylesheet" href="https://evil.example/a.css">safe', "safe"),
        ("<!-- a comment --> safe", "safe"),
        ('<code class="language-a evil">x</code>', '<p><code class="language-a">x</code></p>'),
        ('<p class="evil" id="main">x</p>', "<p>x</p>"),
        ("</div></body></html>safe", "safe"),
        ('```"><script>alert(1)</script>\nx\n```', None),
        ("[a]: javascript:alert(1)\n\n[a]", None),
        ("![a](data:text/html;base64,PHNjcmlwdD4=)", None),
    ],
)
def test_html_that_could_do_harm_is_taken_out(markdown: str, html: str | None) -> None:
    made = to_html(markdown) or ""

    if html is not None:
        assert made == html
    assert_harmless(made)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("language-a", "language-a"),
        ("language-C++", "language-C++"),
        ("language-a fixed inset-0 evil", "language-a"),
        ("fixed inset-0 language-a", "language-a"),
        ("language-a language-b", "language-a"),
        (" language-a ", "language-a"),
        ("language-a\tfixed", "language-a"),
        ("language-a\nfixed", "language-a"),
        ("language-a&#9;fixed", "language-a"),
        ("language-a&#10;fixed", "language-a"),
        ("language-a&#12;fixed", "language-a"),
        ("language-a&#13;fixed", "language-a"),
        ("language-a&nbsp;fixed", "language-a"),
        ("fixed", None),
        ("xlanguage-a", None),
        ("language", None),
        ("language-", None),
        ("language- fixed", None),
        ("LANGUAGE-a", None),
        ("Language-a fixed", None),
        ("", None),
    ],
)
def test_of_classes_the_language_of_code_is_kept_alone(given: str, kept: str | None) -> None:
    expected = "<p><code>x</code></p>" if kept is None else f'<p><code class="{kept}">x</code></p>'
    for markup in (f'<code class="{given}">x</code>', f"<CODE CLASS='{given}'>x</CODE>"):
        assert to_html(markup) == expected
    assert to_html(f'<p class="{given}">x</p>') == "<p>x</p>"


@pytest.mark.parametrize(
    ("info", "language"),
    [
        ("python", "python"),
        ("Python title=x", "Python"),
        ("c++ {1,3}", "c++"),
        ("a\tfixed", "a"),
        ("a&#32;fixed", "a"),
        ("a&Tab;fixed", "a"),
        ("a&NewLine;fixed", "a"),
    ],
)
def test_a_fenced_block_names_one_language(info: str, language: str) -> None:
    assert to_html(f"```{info}\nx\n```") == f'<pre><code class="language-{language}">x\n</code></pre>'


@pytest.mark.parametrize("link", ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "vbscript:x", "data:text/html,x"])
def test_links_in_markdown_are_only_to_the_web(link: str) -> None:
    for markdown in (f"[a]({link})", f"<{link}>", f"![a]({link})", f"[a][b]\n\n[b]: {link}"):
        assert_harmless(to_html(markdown) or "")


PIECES = (
    *("<script>", "</script>", "<img src=x", " onerror=alert(1)", "<svg", "<style>", "<math>", "<iframe", "<a href='"),
    *("<code class='", "language-a", "\t", "fixed"),
    *("javascript:", "&#106;", " style='", "'>", ">", "/>", '"', "`", "[", "](", ")", "|", "\n\n"),
)


@STEADY
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_no_mixture_of_tags_does_harm(markdown: str) -> None:
    assert_harmless(to_html(markdown) or "")


@STEADY
@given(st.text(max_size=300))
def test_any_text_becomes_html_with_balanced_tags(markdown: str) -> None:
    html = to_html(markdown) or ""

    open_tags: list[str] = []
    for closing, tag, _ in re.findall(r"<(/?)([a-z0-9]+)([^>]*)>", html):
        if closing:
            assert open_tags.pop() == tag
        elif tag not in ("img", "br", "hr", "wbr", "col", "area"):
            open_tags.append(tag)
    assert open_tags == []


def test_lists_of_real_depth_lose_nothing() -> None:
    deep = "".join("  " * level + f"- level {level}\n" for level in range(25))

    assert "level 24" in (to_html(deep) or "")


def test_the_text_of_html_has_no_tags_and_no_entities() -> None:
    assert text_of("<p>a &amp; <em>b</em></p>\n<p>c</p>") == "a & b\nc"
    assert text_of(None) == ""


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("One.\nTwo.\n\nThree.", "One. Two."),
        ("# Head\n\nText", "Head"),
        ("![only a picture](https://example.org/a.png)\n\nText", "Text"),
        ("<div>boxed</div>", "boxed"),
        ("", ""),
    ],
)
def test_the_first_block_with_words_is_found(markdown: str, words: str) -> None:
    assert first_block(markdown) == words


def assert_harmless(html: str) -> None:
    """No element, attribute or URL in the HTML runs code, loads a frame or breaks out of its position."""
    tags = re.findall(r"<([a-zA-Z][^\s/>]*)((?:[^>\"]|\"[^\"]*\")*)>", html)
    assert not {name.lower() for name, _ in tags} & {
        *("script", "style", "iframe", "object", "embed", "form", "input", "button", "svg", "math", "base", "meta"),
        *("link", "textarea", "select", "template", "noscript", "title"),
    }
    for _, attributes in tags:
        for name, value in re.findall(r"([^\s=\"]+)=\"([^\"]*)\"", attributes):
            assert not name.lower().startswith("on"), html
            if name in ("href", "src", "cite"):
                scheme = re.match(r"[\x00-\x20]*([a-z][a-z0-9+.-]*)\s*:", unescape(value), re.IGNORECASE)
                assert scheme is None or scheme[1].lower() in ("http", "https", "mailto"), html
            if name == "style":
                assert re.fullmatch(r"text-align:\w+;?", value), html
            if name == "class":
                assert re.fullmatch(r"language-\S+", unescape(value)), html


def test_names_of_files_are_not_addresses() -> None:
    assert to_html("See setup.py, README.md and lib.rs.") == "<p>See setup.py, README.md and lib.rs.</p>"
    assert to_html("www.example.org/a.") == '<p><a href="http://www.example.org/a">www.example.org/a</a>.</p>'


@given(
    st.text(alphabet="aW.@/:h tpsmilo|\n", max_size=30) | st.sampled_from(["Www.example.org", "ftp://a.b", "//a.b/c"])
)
def test_a_text_that_is_passed_over_has_no_bare_address(text: str) -> None:
    """Looking for one takes long, so texts without any of its marks are not looked through."""
    if not _markdown.linkify.pretest(text):
        assert not LinkifyIt.test(_markdown.linkify, text)


@given(st.from_regex(_PLAIN, fullmatch=True) | st.text(alphabet="aé1.-: )(/'\"!…w中", min_size=1))
def test_a_plain_line_is_what_rendering_would_make_of_it(text: str) -> None:
    assert to_html(text) == ((sanitize(_markdown.render(text)).strip() or None) if text.strip() else None)


def test_documents_are_rendered_again_when_the_bounds_on_rendering_change() -> None:
    """They decide which texts are shown as they were written. If this fails, increase RULES, and then pin both."""
    bounds = {
        name: value.pattern if isinstance(value, re.Pattern) else value
        for name, value in vars(complexity).items()
        if name.isupper() and isinstance(value, int | str | tuple | re.Pattern)
    }
    digest = sha256(repr(sorted(bounds.items())).encode()).hexdigest()[:16]

    assert (RULES, digest) == (5, "47782a60d4c28850")
