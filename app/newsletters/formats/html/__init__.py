"""HTML: web pages, e-mails, and fragments of either."""

import re

from app.newsletters.blocks import Block, Source
from app.newsletters.formats.decoding import decoded
from app.newsletters.formats.html.block_builder import BlockBuilder
from app.newsletters.formats.html.markup import parse
from app.newsletters.formats.html.metadata import metadata_of
from app.newsletters.left_out import LeftOut

__all__ = ["blocks_of", "parts_of", "read"]

_ENCODING = re.compile(
    rb"""(?:<meta[^>]{0,200}?charset|<\?xml[^>]{0,99}encoding)\s{0,9}=\s{0,9}["']?([\w.:-]{1,40})""", re.IGNORECASE
)
_ENCODING_WITHIN = 4096
"""Bytes that are searched for the encoding; browsers search 1024."""


def read(data: bytes | str, name: str, encoding: str | None = None) -> Source:
    """A page as one edition. `encoding` is what a mail's header says, if it is from one. Raises Unreadable."""
    if isinstance(data, bytes) and not encoding and (declared := _ENCODING.search(data[:_ENCODING_WITHIN])):
        encoding = declared[1].decode("ascii", "ignore")
    markup = parse(decoded(data, encoding))
    metadata = metadata_of(markup)
    builder = BlockBuilder(markup, metadata.base)
    builder.build()
    # Most sites have the same description on every page. One that is about this page is also shown on it.
    shown = metadata.subtitle in {block.text for block in builder.blocks}
    if metadata.subtitle and not shown:
        metadata.left_out.append(LeftOut(metadata.subtitle, "the page's description, which it does not show", 1))
    return Source(
        name=name,
        key=name,
        blocks=tuple(builder.blocks),
        title=metadata.title,
        subtitle=metadata.subtitle if shown else None,
        date=metadata.date,
        language=metadata.language,
        url=metadata.url,
        image=metadata.image,
        publication=metadata.publication,
        left_out=(*metadata.left_out, *builder.left_out),
    )


def blocks_of(html: str, address: str | None = None) -> list[Block]:
    """The blocks of an HTML fragment. Links are relative to `address`. Raises Unreadable."""
    return parts_of(html, address)[0]


def parts_of(html: str, address: str | None = None) -> tuple[list[Block], list[LeftOut]]:
    """The blocks of an HTML fragment, and what is left out of it, such as comments. Raises Unreadable."""
    markup = parse(html)
    builder = BlockBuilder(markup, metadata_of(markup, address).base)
    builder.build()
    return builder.blocks, builder.left_out
