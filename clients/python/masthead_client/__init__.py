"""The Python client of Masthead, a headless content API for curated newsletters.

with Masthead("http://localhost:8000", username="ada", password="…") as masthead:
    for item in masthead.items(tag="research"):
        print(item.title)
"""

from masthead_client.client import Masthead
from masthead_client.connection import VERSION, IfMatch
from masthead_client.errors import (
    Conflict,
    ConnectionFailed,
    Fault,
    Forbidden,
    Invalid,
    MastheadError,
    NotFound,
    ProblemError,
    ServerError,
    Stale,
    TimedOut,
    Unauthenticated,
    UnexpectedAnswer,
)
from masthead_client.fields import (
    ImageFields,
    IssueFields,
    ItemFields,
    NewIssueFields,
    PlacedItemFields,
    PlacedSectionFields,
    SectionFields,
)
from masthead_client.models import (
    DraftIssue,
    DraftItem,
    DraftSection,
    Front,
    Highlights,
    Image,
    Issue,
    IssueHit,
    IssueSummary,
    Item,
    ItemHit,
    ListedItem,
    Me,
    Publication,
    Section,
    Series,
    Tag,
    TagCount,
)
from masthead_client.pages import Page, PageInfo, Pages

__version__ = VERSION

__all__ = [
    "Conflict",
    "ConnectionFailed",
    "DraftIssue",
    "DraftItem",
    "DraftSection",
    "Fault",
    "Forbidden",
    "Front",
    "Highlights",
    "IfMatch",
    "Image",
    "ImageFields",
    "Invalid",
    "Issue",
    "IssueFields",
    "IssueHit",
    "IssueSummary",
    "Item",
    "ItemFields",
    "ItemHit",
    "ListedItem",
    "Masthead",
    "MastheadError",
    "Me",
    "NewIssueFields",
    "NotFound",
    "Page",
    "PageInfo",
    "Pages",
    "PlacedItemFields",
    "PlacedSectionFields",
    "ProblemError",
    "Publication",
    "Section",
    "SectionFields",
    "Series",
    "ServerError",
    "Stale",
    "Tag",
    "TagCount",
    "TimedOut",
    "Unauthenticated",
    "UnexpectedAnswer",
    "__version__",
]
