"""What stands around a newsletter and is none of it: the ways to leave, to look elsewhere, the law's lines, and
what somebody paid for. Told by the words that mails and pages everywhere use for these things."""

import re

from app.transfer.reading import phrases
from app.transfer.reading.shapes import Line

LONGEST = 1_000
"""Characters of a line that is looked at."""

_FRAME = phrases.any_of(phrases.LEAVING, phrases.ELSEWHERE, phrases.LAW)
_STRONG = phrases.any_of(phrases.LEAVING, phrases.ELSEWHERE)
_ASKING = phrases.any_of(phrases.ASKING)
_SPONSOR = phrases.any_of(phrases.SPONSOR, before=r"^\W*")
_SPONSORED_BY = re.compile(r"\b(?:brought to you|sponsored) by\b", re.IGNORECASE)
_SPONSORED_SIGN = re.compile(
    r"\s*[\[(](?:sponsor(?:ed)?|ad|advertisement|promoted|anzeige|publicité|patrocinado)[\])]\s*", re.IGNORECASE
)


def is_frame(line: Line) -> bool:
    """Whether a line is of the frame, when it stands where frames do: before or behind everything else."""
    return line.words <= 90 and len(line.text) <= LONGEST and bool(_FRAME.search(line.text))


def is_frame_anywhere(line: Line) -> bool:
    """Whether a line is of the frame, wherever it stands."""
    short = line.words <= 25 and len(line.text) <= LONGEST and line.shape != "entry"
    leaving = short and bool(_STRONG.search(line.text)) and (line.words <= 12 or bool(line.links))
    return leaving or is_asking(line) or is_share(line)


_SHARE = re.compile(
    r"//(?:www\.)?(?:(?:twitter|x)\.com/(?:share|intent|home\?)|getpocket\.com/(?:save|edit)|facebook\.com/(?:sharer|dialog)|linkedin\.com/(?:share|cws)"
    r"|reddit\.com/submit|news\.ycombinator\.com/submit|instapaper\.com/|buffer\.com/add|wa\.me/|t\.me/share|getrevue\.co/|b\.hatena\.ne\.jp/)",
    re.IGNORECASE,
)


def is_share(line: Line) -> bool:
    """Whether a line is nothing but a way to pass something on by another service."""
    return (
        line.shape in ("link", "image", "head")
        and line.words <= 4
        and bool(line.links)
        and all(_SHARE.search(link.url or "") for link in line.links)
    )


def is_asking(line: Line) -> bool:
    """Whether a button asks for a subscription, a comment or the like."""
    return (
        line.block.role == "button"
        and len(line.text) <= LONGEST
        and bool(_ASKING.search(line.text) or _FRAME.search(line.text))
    )


def is_sponsor(text: str) -> bool:
    """Whether a label says that what follows was paid for."""
    return len(text) <= 80 and bool(_SPONSOR.search(text) or _SPONSORED_BY.search(text))


def without_sponsored_sign(title: str) -> tuple[str, bool]:
    """A title without '(Sponsor)' and the like, and whether it had that."""
    shown, count = _SPONSORED_SIGN.subn(" ", title)
    return (shown.strip() or title), bool(count)
