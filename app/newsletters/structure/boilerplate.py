"""Boilerplate around a newsletter: unsubscribe links, "view in browser", legal notices, small print, and sponsors.

It is recognised by the phrases that e-mails and pages commonly use for these.
"""

import re
from collections.abc import Sequence

from app.newsletters.structure import dates, phrases, sign_off
from app.newsletters.structure.lines import Line
from app.newsletters.structure.report import Report

AROUND = "a line of the mail or page around the newsletter"
LONGEST = 1_000
"""Characters of a line that can be boilerplate."""
LONGEST_BOX = 6
"""Lines below a sponsor's label that can be the sponsor's."""

_LEAVING = phrases.any_of(phrases.LEAVING)
_AROUND = phrases.any_of(phrases.ELSEWHERE, phrases.LAW)
_STRONG = phrases.any_of(phrases.LEAVING, phrases.ELSEWHERE)
_ASKING = phrases.any_of(phrases.ASKING)
_SPONSOR = phrases.any_of(phrases.SPONSOR, before=r"^\W*", after=r"\W*$")
_SPONSORED_BY = phrases.any_of(phrases.SPONSORED_BY)
_SPONSORED_LABEL = re.compile(rf"(?<!\s)\s*+[\[(](?:{'|'.join(phrases.SPONSORED)})[\])]\s*", re.IGNORECASE)


def is_boilerplate(line: Line) -> bool:
    """Whether a line at the beginning or the end of a newsletter is boilerplate."""
    if line.words > 90 or len(line.text) > LONGEST:
        return False
    return bool(_LEAVING.search(line.text)) or (bool(_AROUND.search(line.text)) and not sign_off.is_closing(line))


def is_boilerplate_anywhere(line: Line) -> bool:
    """Whether a line is boilerplate, wherever it stands."""
    short = line.words <= 25 and len(line.text) <= LONGEST and line.shape != "entry"
    leaving = short and (line.words <= 12 or bool(line.links)) and bool(_STRONG.search(line.text))
    return leaving or is_asking(line) or is_share(line)


_SHARE = re.compile(
    r"//(?:www\.)?(?:(?:twitter|x)\.com/(?:share|intent|home\?)|getpocket\.com/(?:save|edit)|facebook\.com/(?:sharer|dialog)|linkedin\.com/(?:share|cws)"
    r"|reddit\.com/submit|news\.ycombinator\.com/submit|instapaper\.com/|buffer\.com/add|wa\.me/|t\.me/share|getrevue\.co/|b\.hatena\.ne\.jp/)",
    re.IGNORECASE,
)


def is_share(line: Line) -> bool:
    """Whether a line is only share links."""
    return (
        line.shape in ("link", "image", "heading")
        and line.words <= 4
        and bool(line.links)
        and all(_SHARE.search(link.url or "") for link in line.links)
    )


def is_asking(line: Line) -> bool:
    """Whether a button asks readers to subscribe, comment or the like."""
    return (
        line.block.role == "button"
        and len(line.text) <= LONGEST
        and bool(_ASKING.search(line.text) or _LEAVING.search(line.text) or _AROUND.search(line.text))
    )


def is_sponsor(text: str) -> bool:
    """Whether a label says that what follows is sponsored."""
    return len(text) <= 80 and bool(_SPONSOR.search(text) or _SPONSORED_BY.search(text))


def without_sponsored_label(title: str) -> tuple[str, bool]:
    """A title without a label such as '(Sponsor)', and whether it had one."""
    shown, count = _SPONSORED_LABEL.subn(" ", title)
    return (shown.strip() or title), bool(count)


def without_boilerplate(lines: Sequence[Line], report: Report) -> list[Line]:
    """The lines that are not boilerplate, by what the format says or by their words. The others are reported."""
    kept = []
    contents = _contents(lines)
    for line in lines:
        if line.block.role in ("navigation", "hidden"):
            reason = "text that readers are not shown" if line.block.role == "hidden" else "the frame of the page"
            report.leave_out(line.block, reason)
        elif line in contents:
            report.leave_out(line.block, "a table of contents")
        elif line.block.text or line.shape in ("image", "divider") or line.block.raw:
            kept.append(line)
    inner = _without_boxes(_without_ends(kept, report), report)
    anywhere = {line for line in inner if is_boilerplate_anywhere(line)}
    for line in inner:
        if line in anywhere:
            report.leave_out(line.block, AROUND)
    return [line for line in inner if line not in anywhere]


def _without_boxes(lines: Sequence[Line], report: Report) -> list[Line]:
    """The lines without those below a sponsor's label, up to a divider or the next heading that is not lower.

    A label that is a section's heading stays: it is left out with the whole section.
    """
    kept: list[Line] = []
    capitals_are_labels = all(is_sponsor(line.text) for line in lines if line.style[0] == "capital")
    heading_styles = ("level", "size") if capitals_are_labels else ("level", "size", "capital")
    boxed = words = images = 0
    for line in lines:
        if boxed:
            ends_box = line.shape == "heading" and line.style[0] not in ("short", "linked")
            over = line.shape in ("divider", "entry") or boxed > LONGEST_BOX
            # After its words or logos, a box ends with the next heading. A second image without a link ends it too.
            over = (
                over
                or (ends_box and (words > 0 or images > 1))
                or (line.shape == "image" and not line.links and images > 0)
            )
            if over or (line.shape == "heading" and dates.find(line.text, "month")):
                boxed = 0
            else:
                boxed += 1
                words += line.shape in ("prose", "link") or (line.shape == "heading" and not ends_box)
                images += line.shape == "image"
                report.leave_out(line.block, "a sponsor's box")
                continue
        label = line.shape in ("heading", "prose") and line.words <= 14 and is_sponsor(line.text) and not line.links
        if label and line.style[0] not in heading_styles:
            boxed, words, images = 1, 0, 0
            report.leave_out(line.block, "a sponsor's box")
        else:
            kept.append(line)
    return kept


def _without_ends(lines: list[Line], report: Report) -> list[Line]:
    """The lines without boilerplate at the beginning and at the end."""
    top = {line for line in lines[:6] if is_boilerplate(line) and line.words <= 30 and line.shape != "entry"}
    below = [line for line in lines if line not in top]
    kept = _without_foot(below)
    small = _small_end(kept)
    for line in kept[small:]:
        report.leave_out(line.block, "small print")
    staying = set(kept)
    for line in lines:
        if line not in staying and line.shape != "divider":
            report.leave_out(line.block, AROUND)
    return kept[:small]


def _without_foot(lines: list[Line]) -> list[Line]:
    """The lines up to the boilerplate at the end; a sign-off after it stays."""
    foot = len(lines)
    for index in range(len(lines) - 1, max(len(lines) * 2 // 3 - 1, len(lines) - 40, -1), -1):
        line = lines[index]
        if is_boilerplate(line) and line.shape != "entry":
            foot = index
        elif line.words > 40 or line.shape == "entry":
            break
    parted = max((index for index, line in enumerate(lines[:-1]) if line.shape == "divider"), default=len(lines))
    behind = lines[parted + 1 :]
    framed = any(map(is_boilerplate, behind)) and not any(map(sign_off.is_closing, behind))
    if framed and sum(line.words for line in behind) <= 80 and parted > len(lines) // 2:
        foot = min(foot, parted + 1)
    closing = next((index for index in range(len(lines) - 1, foot, -1) if sign_off.is_closing(lines[index])), foot)
    goodbye = lines[foot : closing + 3] if closing > foot else []
    kept = lines[:foot]
    while kept and kept[-1].shape in ("divider", "link") and foot < len(lines):
        kept.pop()
    elsewhere = len(kept)
    while elsewhere and foot < len(lines) and _is_name_of_place(kept[elsewhere - 1]):
        elsewhere -= 1
    if len(kept) - elsewhere >= 2:
        kept = kept[:elsewhere]
    return kept + [line for line in goodbye if not is_boilerplate(line)]


def _is_name_of_place(line: Line) -> bool:
    """Whether a line is one or two linked words, as in a navigation row in a footer."""
    flowing = line.shape in ("heading", "prose", "link") and line.block.kind != "heading" and not line.block.depth
    return flowing and line.is_linked and line.words <= 2


def _small_end(lines: Sequence[Line]) -> int:
    end = len(lines)
    while end and (
        lines[end - 1].block.size <= 0.8
        or (lines[end - 1].shape in ("image", "divider") and end < len(lines) and not lines[end - 1].text)
    ):
        end -= 1
    return end if end < len(lines) and any(line.block.size <= 0.8 for line in lines[end:]) else len(lines)


def _contents(lines: Sequence[Line]) -> set[Line]:
    """Lines that link within the page, and the heading above them."""
    inner = [
        bool(line.block.links) and all((mark.url or "").startswith("#") for mark in line.block.links) and not line.links
        for line in lines
    ]
    if sum(inner) < 2:
        return set()
    found = {line for line, leads in zip(lines, inner, strict=True) if leads and line.words <= 30}
    for before, _line, leads in zip(lines, lines[1:], inner[1:], strict=False):
        if leads and before.shape == "heading" and before not in found:
            found.add(before)
    return found
