"""Reading series: the sections with the same slug in all published issues."""

from sqlalchemy.orm import Session

from app.archive.lists import page_by_slug
from app.archive.models import ArchivedSeries
from app.content.document import ListLinks, SeriesDocument
from app.db.pages import Page, PageRequest
from app.problems import NotFound


def find(session: Session, slug: str) -> SeriesDocument:
    series = session.get(ArchivedSeries, slug)
    if series is None:
        raise NotFound(f"No published issue has a section {slug[:100]!r}. GET /sections lists all sections.")
    return _document(series)


def page(session: Session, request: PageRequest) -> Page[bytes]:
    return page_by_slug(session, request, ArchivedSeries, _document)


def _document(series: ArchivedSeries) -> SeriesDocument:
    return SeriesDocument(
        slug=series.slug,
        title=series.title,
        tag=series.tag,
        issue_count=series.issue_count,
        item_count=series.item_count,
        latest_issue=series.latest_issue,
        links=ListLinks(self=f"/sections/{series.slug}", items=f"/sections/{series.slug}/items"),
    )
