"""The metadata of a page: from its <head>, and from its first <time>."""

from dataclasses import dataclass, field
from urllib.parse import urljoin

from app.newsletters.formats.html.elements import Element, Markup, Words
from app.newsletters.formats.html.spans import visible
from app.newsletters.left_out import LeftOut

_TITLES = ("og:title", "twitter:title", "dc.title")
_SUBTITLES = ("description", "og:description", "twitter:description")
_DATES = ("article:published_time", "datepublished", "date", "dc.date", "dcterms.date", "pubdate", "parsely-pub-date")
_IMAGES = ("og:image", "og:image:url", "twitter:image")


@dataclass(slots=True)
class Metadata:
    base: str | None = None
    """The URL that others are relative to."""
    title: str | None = None
    subtitle: str | None = None
    date: str | None = None
    language: str | None = None
    url: str | None = None
    image: str | None = None
    publication: str | None = None
    left_out: list[LeftOut] = field(default_factory=list)


def metadata_of(markup: Markup, address: str | None = None) -> Metadata:
    """`address` is the page's URL, if it is known."""
    properties: dict[str, str] = {}
    titles: list[str] = []
    language = base = canonical = time = None
    for element in (event for event in markup.events if isinstance(event, Element)):
        get = element.attributes.get
        match element.name:
            case "html" | "body":
                language = language or get("lang") or get("xml:lang")
            case "base":
                base = base or get("href")
            case "title":
                first = markup.events[element.begin + 1]
                titles.append(visible(first.text).strip() if isinstance(first, Words) else "")
            case "meta":
                name = get("property") or get("name") or get("itemprop") or get("http-equiv") or ""
                if content := visible(get("content", "")).strip():
                    properties.setdefault(name.strip().lower(), content)
            case "link" if "canonical" in get("rel", "").lower().split():
                canonical = canonical or get("href")
            case "time":
                time = time or get("datetime")
    url = _joined(base or address, canonical or properties.get("og:url"))
    metadata = Metadata(
        base=_joined(address, base) or url or address,
        subtitle=_first(properties, _SUBTITLES),
        date=_first(properties, _DATES) or time,
        language=(language or properties.get("content-language") or "").strip() or None,
        url=url,
        publication=properties.get("og:site_name"),
    )
    metadata.image = _joined(metadata.base, _first(properties, _IMAGES))
    _entitle(metadata, titles[0] if titles else "", _first(properties, _TITLES) or "")
    return metadata


def _entitle(metadata: Metadata, title: str, shared: str) -> None:
    """Set the title: the one for sharing, if the page's own is that with the site's name added."""
    first, second = (shared, title) if shared and shared in title else (title, shared)
    metadata.title = first or second or None
    if first and second and first != second:
        metadata.left_out.append(LeftOut(second, "another title in the page's head", 1))


def _first(properties: dict[str, str], names: tuple[str, ...]) -> str | None:
    return next((properties[name] for name in names if name in properties), None)


def _joined(base: str | None, address: str | None) -> str | None:
    if not address or not address.strip():
        return None
    try:
        return urljoin(base or "", address.strip())
    except ValueError:  # brackets around something that is not an IPv6 address
        return address.strip()
