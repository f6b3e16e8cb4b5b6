"""From a file to its editions, each in the format that the file is in."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from app.newsletters.blocks import Source
from app.newsletters.files import Export, File
from app.newsletters.formats import feed, html, mail, markdown, substack, text
from app.newsletters.formats.detection import Format, check_is_text, detect
from app.newsletters.formats.errors import reason_for
from app.newsletters.left_out import LeftOut, Unreadable

_Reader = Callable[[bytes, str], Iterable[Source | LeftOut]]

_READERS: Mapping[Format, _Reader] = MappingProxyType(
    {
        "text": lambda data, name: [text.read(data, name)],
        "markdown": lambda data, name: [markdown.read(data, name)],
        "html": lambda data, name: [html.read(data, name)],
        "mail": lambda data, name: [mail.read(data, name)],
        "feed": feed.read,
    }
)


def editions(
    file: File | Export, format: Format | None = None, *, everything: bool = False
) -> Iterator[Source | LeftOut]:
    """The editions in a file, as blocks, and those that cannot be read, with the file's name before their own.

    `format`: what the file is; None to detect it. `everything`: of an export also podcasts, threads and pages.
    """
    try:
        for edition in _read(file, format, everything):
            if isinstance(edition, LeftOut):
                yield replace(edition, what=f"{file.name}: {edition.what}")
            elif any(block.is_visible for block in edition.blocks):
                yield edition
            else:
                name = file.name if edition.name == file.name else f"{file.name}: {edition.name}"
                yield LeftOut(name, "there is no text in it", is_error=True)
    except Exception as error:  # parsing libraries raise anything for a damaged file
        yield LeftOut(file.name, reason_for(error), is_error=True)


def _read(file: File | Export, format: Format | None, everything: bool) -> Iterable[Source | LeftOut]:
    if isinstance(file, Export):
        return substack.read(file.files, everything)
    check_is_text(file.data)
    chosen = format or detect(file.data, file.name)
    if chosen == "substack":
        raise Unreadable("this is a single file: import Substack's whole export, as a zip or unpacked")
    return _READERS[chosen](file.data, file.name)
