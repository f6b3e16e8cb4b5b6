"""Texts that are made to keep a parser busy."""

UNITS = (
    # Links and images
    *("[", "]", "[a", "![", "![a", "[](", "[a](", "[a](b", "[a](b)", "[a](<b", "[a](b 'c", '[a](b "c', "[a](b (c"),
    *("[a]", "[a][", "[a][b", "[a][b]", "[a][] ", "[ (](", "![[]()"),
    *("[[a]](", "](", "[a](b) ", "![a](b)", "[\\]", "[`"),
    *("[a\n", "[\n\n", "[a]: ", "[a]: b\n", "[a]:\n", "[a]: <", "[a]: b 'c\n"),
    *("[![a](", "(", ")", "[a](((", "[<a>", "[*"),
    # Emphasis
    *("*", "_", "**", "***", "*a", "*a ", "**a ", "_a ", "__a ", "a*", "a**", "a_", "*a_ ", "*a **a ", "**a*", "a**b"),
    *("~", "~~", "~~a ", "a~~ ", "*~~a ", "*_~~", "_a*b_c", "* a"),
    *("*a*", "**a** ", "*a**b", "`*", "\u00a0*", "“*", "*”"),
    # Code, escapes, entities, HTML
    *("`", "``", "` ", "`a", "``a` ", "`a`", "\\", "\\`", "\\*", "\\\n", "a\\", "&", "&a", "&#", "&#x", "&amp;", "&a;"),
    *("<", "<a", "<a ", "<a b", "<a b=", "<a b='", "<a>", "</a"),
    *("</a>", "<!", "<!-", "<!--", "<!--a", "<!-- -->", "<?"),
    *("<![CDATA[", "<!A ", "<a/", "<a b=c ", "<a b='c' ", "<b><", "<http:", "<a:", "<a@", "<a.b@c", "<div>\n", "<div>"),
    *("<div>\n\n", "<pre>", "<script>", "<style>", "<svg>", "<math><mi>", "<table>", "<table><tr><td>", "<p>", "<li>"),
    *("<b>", "<i><b>", "<a href=x>", "<select>", "<template>"),
    *("<h1><p>", "<font><p>", "<b></p>", "<math><mtext><table>"),
    # Addresses without brackets
    *("http://", "http://a", "http://a ", "http://a.b ", "http://a.b/", "http://a.b/("),
    *("https://a.b/[", "//", "://", "a://"),
    *("www.", "www.a", "www.a ", "www.a.b ", "www.a.b/", "www..", "a@", "a@b"),
    *("a@b.c ", "a.", "a.b@", "a@b.", "@", "@a"),
    *("mailto:", "mailto:a@", "ftp://a.b", "http://a.b?", "http://a.b&"),
    *("http://-", "http://a:", "http://a.b,", "http://中"),
    *("http://a.b(", "http://a.b[", "http://a.b{", 'http://a.b"', "http://a.b'", "http://a@", "http://1.", "www.a.b("),
    # Blocks
    *(">", "> ", ">a\n", "> a\n>", "> > a\n", "-", "- ", "- a\n"),
    *("- - ", "* ", "+ ", "1. ", "1) ", "1. a\n", "  - a\n"),
    *("#", "# ", "# a\n", "###### a\n", "a\n=\n", "a\n-\n", "=\n", "-\n"),
    *("---\n", "a\n===\n", "\n", " \n", "a\n", "a\n\n"),
    *("\t", "\t\n", "\ta\n", "    a\n", "    a\n\n", "```\n", "```a\n"),
    *("~~~\n", "```a`\n", "```\na\n```\n", " ", "a ", "a  \n"),
    *("|", "|\n", "|a", "| a ", "||", "|-", "|-|\n", "a|b\n-|-\n"),
    *("|a|\n|-|\n|b|\n", "|a\n|-\n", "-|", ":-|", "\\|", "`|"),
    *("> - ", "- > ", "1. - ", "> 1. > ", "- # ", "> ```\n"),
    *("- ```\n", "> [a]: b\n", "- [a]: b\n", "[a]:\nb\n", "- a\n\n"),
    # Quotations that end at a line without their mark, since it cannot continue what is in them
    *("> # a\nx\n", "> [a]: b\nx\n", ">> ***\n> x\n", "> ```\nx\n", ">     a\nx\n", "1. > # a\nx\n", "- # a\nx\n"),
    *("> - [a]: b\nx\n", "> [a]: b\n[a]: b\n", ">>> <div>\n> x\n", "###### a\n^> a\n>"),
    # Characters
    *("\ufeff", "\u200b", "\u202e", "\u0301", "a\u0301", "中", "。", "。」"),
    *("한", "ﷺ", "😀", "\U000e0041", "\u2028", "\x85", "\r"),
    *("\r\n", "\ufffd", "“", "'", '"', '"a', "'a ", "...", "--", "---", "(c)"),
    *("+-", "!", "?", ".", ". ", "a. ", "A. ", "1.", "$"),
    *("a" * 1000 + " ", "a", "A", "İ", "ß", "ſ", "{", "}", "{#"),
    *("{a=", "{a=\"", "^", "[^a]", "[^a]: b\n", "%", "%%", "http://%"),
)  # fmt: skip


def texts(longest: int) -> dict[str, str]:
    """By name, each as long as that, in characters."""

    def filled(unit: str, start: str = "", end: str = "") -> str:
        """The unit again and again."""
        room = longest - len(start) - len(end)
        return start + (unit * (room // len(unit) + 1))[:room] + end

    def growing(unit: str, gap: str) -> str:
        """Runs of growing length: `a`, `aa`, `aaa`."""
        runs, size = [], 0
        while size < longest:
            runs.append(unit * (len(runs) + 1) + gap)
            size += len(runs[-1])
        return "".join(runs)[:longest]

    def numbered(shape: str) -> str:
        """The shape with 0, 1, 2, … for each `%d` in it."""
        parts, size = [], 0
        while size < longest:
            parts.append(shape.replace("%d", str(len(parts))))
            size += len(parts[-1])
        return "".join(parts)[:longest]

    def deeper(unit: str, line: str = "a\n") -> str:
        """Lines that each begin with one unit more than the line before."""
        lines, size = [], 0
        while size < longest:
            lines.append(unit * len(lines) + line)
            size += len(lines[-1])
        return "".join(lines)[:longest]

    def halves(first: str, second: str) -> str:
        """A half of one unit, then a half of another."""
        half = longest // 2
        return (first * (half // len(first)) + second * (half // len(second)))[:longest]

    return {
        **{repr(unit): filled(unit) for unit in UNITS},
        **{f"{unit!r} in lines": filled(unit * 30 + "\n") for unit in ("[", "*a ", "_a", "`", "<a", "a@", "> ", "- ")},
        **{f"{unit!r} in paragraphs": filled(unit * 30 + "\n\n") for unit in ("[", "*a ", "_a", "`a", "<a")},
        **{f"{unit!r} in paragraphs": filled(unit * 30 + "\n\n") for unit in ("[a](", "|a")},
        **{f"{unit!r} growing": growing(unit, gap) for unit in "`*_~[<|#" for gap in "a\n"},
        **{f"{unit!r} deeper": deeper(unit) for unit in ("> ", ">", "- ", "  ", " ", "1. ")},
        **{f"{unit!r} deeper": deeper(unit) for unit in ("* ", "\t", "+ ", "[", "| ")},
        "lists within lists": deeper("  ", "- a\n"),
        "numbers within numbers": deeper("   ", "1. a\n"),
        "quotations and back": "".join("> " * (line % 90) + "a\n" for line in range(1100))[:longest],
        **{
            f"{first!r}, then {second!r}": halves(first, second)
            for first, second in (
                *(("[", "]"), ("[", "](a)"), ("[a](", ")"), ("(", ")"), ("*", "a*")),
                *(("**a ", " a**"), ("_", "a_"), ("<", ">")),
                *(("*a ", "b* "), ("*a_ ", "b_* "), ("~~a ", "b~~ "), ("`a", "`")),
                *(("<!--", "-->"), ("<a ", ">"), ("<b>", "</b>")),
                *(("![", "](a)"), ("[a][", "]"), ("[a]: b\n", "[a] "), ("[a]: b\n", "[c] "),),
                *(("> ", "a\n"), ("- ", "a\n")),
                *(("a@", "b.c "), ("http://a", ")"), ("http://a.b/(", ")"), ("*", "_"),),
                *(("_a*", "*b_"), ("a**b", "c* ")),
            )
        },
        "definitions and uses": (numbered("[a%d]: b\n")[: longest // 2] + "\n" + numbered("[a%d] "))[:longest],
        "definitions that are long": numbered("[" + "a" * 900 + "%d]: b\n"),
        "many labels": numbered("[a%d] "),
        "labels that are long": filled("[" + "a" * 990 + "]"),
        "one wide table": ("|a" * 1000 + "\n" + "|-" * 1000 + "\n" + "|b" * longest)[:longest],
        "one long table": filled("|a|b\n", start="|a|b\n|-|-\n"),
        "a wide table of empty rows": filled("|\n", start="|a" * 1000 + "\n" + "|-" * 1000 + "\n"),
        "a table with cells of code": filled("|`a`|*b*\n", start="|a|b\n|-|-\n"),
        "columns and no table": filled("|a" * 500 + "\n" + "|-" * 499 + "\n"),
        "many addresses": numbered("http://a%d.example/ "),
        "many hosts": numbered("www.a%d.example "),
        "many people": numbered("a%d@b.example "),
        "one long address": filled("a", start="http://example.org/"),
        "one long host": filled("a.", start="http://"),
        "one long name": filled("a.", end="@b.example"),
        "one long line": filled("ab c, "),
        "different elements": numbered("<a%d>"),
        "different attributes": numbered("<a b%d=c>"),
        "many attributes": filled(" b='c'", start="<a", end=">"),
        "different entities": numbered("&a%d;"),
        "an unclosed fence": filled("a\n", start="```\n"),
        "emphasis of all kinds": filled("*a **b ***c _d __e ___f ~~g "),
        "a mixture": filled("[*a](b) _c_ `d` <e> &f; ~~g~~ http://h.i ![j](k) | l |\n"),
        "a mixture without ends": filled("[*a](b _c `d <e &f ~~g http://h ![j](k | l |"),
        "a sentence without an end": filled("a, b; ", start="A"),
        "abbreviations": filled("e.g. i.e. U.S. "),
    }  # fmt: skip
