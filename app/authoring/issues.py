"""Issues: making, changing, publishing and unpublishing them.

Each function works in the caller's transaction and does not commit. `get` locks the issue's row; whatever changes
an issue, or what is in it, begins there.
"""

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from app.archive import issues as archive
from app.auth.callers import Caller
from app.authoring.schemas import DraftsQuery, IssueInput, IssuePatch
from app.authoring.sowing import sow
from app.content import compile
from app.content.document import DraftIssue
from app.content.models import Issue, Publication
from app.content.slugs import first_free, slug_of
from app.content.tags import Vocabulary
from app.db.base import now
from app.problems import Fault, Invalid, NotFound, NumberTaken, SlugTaken
from app.publishing import gate
from app.web.pages import ListRequest, Rows
from app.web.preconditions import Precondition
from app.web.values import LARGEST_NUMBER

_status = select(Issue.status).where(Issue.number == bindparam("number"))
_slugs_like = select(Issue.slug).where(
    # With a number behind it, or none: a range, for which the index serves on both databases.
    or_(
        Issue.slug == bindparam("slug"),
        and_(Issue.slug > bindparam("slug") + "-", Issue.slug < bindparam("slug") + "."),
    )
)


def get(session: Session, number: int, expect: Precondition | None = None) -> Issue:
    """The issue, locked until the transaction ends.

    Raises NotFound, and Stale when it is not at the version that the caller expects.
    """
    issue = session.scalars(select(Issue).where(Issue.number == number).with_for_update()).one_or_none()
    if issue is None:
        raise NotFound(f"There is no issue {number}. GET /drafts and GET /issues list those there are.")
    if expect is not None:
        expect.check(issue.version)
    return issue


def create(session: Session, given: IssueInput, caller: Caller, vocabulary: Vocabulary | None = None) -> Issue:
    """Make an issue with all that is given of it, and publish it if that is asked for.

    The vocabulary is read unless it is given, as this transaction has it. Raises NumberTaken, SlugTaken, Invalid,
    and Forbidden when the caller may not publish.
    """
    if given.status == "published":
        caller.require("content:publish", "publish an issue")
    # Two that are made at once must not both find a number or a slug free.
    publication = session.get_one(Publication, 1, with_for_update=True)
    number = _free_number(session, given.number)
    issue = Issue(
        number=number,
        slug=free_slug(session, given.slug, given.title, number),
        title=given.title,
        subtitle=given.subtitle,
        status=given.status,
        language=given.language or publication.language,
        published_at=given.published_at or (now() if given.status == "published" else None),
        intro=given.intro,
        outro=given.outro,
        image_url=given.image.url if given.image else None,
        image_alt=given.image.alt if given.image else None,
        extra=given.extra,
        sections=[],
    )
    sow(session, issue, given.sections, vocabulary or Vocabulary.load(session))
    if given.status == "published":
        gate.publish(session, issue, new=True)
    return issue


def change(session: Session, issue: Issue, given: IssuePatch, caller: Caller) -> Issue:
    """Put the given fields in place of what is there. Raises SlugTaken, Invalid, and Forbidden."""
    require_may_change(issue, caller)
    fields = given.model_fields_set
    if "published_at" in fields and given.published_at is None and issue.status == "published":
        detail = "a published issue has a time of publication; give another, or unpublish it first"
        raise Invalid(detail, errors=[Fault("/published_at", "needed", detail)])
    if "slug" in fields and given.slug != issue.slug:
        session.get_one(Publication, 1, with_for_update=True)  # as in `create`
        issue.slug = free_slug(session, given.slug, issue.title, issue.number)
    for name in ("title", "subtitle", "language", "published_at", "intro", "outro", "extra"):
        if name in fields:
            setattr(issue, name, getattr(given, name))
    if "image" in fields:
        issue.image_url = given.image.url if given.image else None
        issue.image_alt = given.image.alt if given.image else None
    touch(issue)
    gate.recompile(session, issue)
    return issue


def publish(session: Session, issue: Issue) -> Issue:
    """Publish an issue; one that is published already stays as it is."""
    if issue.status != "published":
        touch(issue)
        issue.status = "published"
        issue.published_at = issue.published_at or now()
        gate.publish(session, issue)
    return issue


def unpublish(session: Session, issue: Issue) -> Issue:
    """Take an issue back from the public; a draft stays as it is. Its time of publication is kept."""
    if issue.status == "published":
        touch(issue)
        issue.status = "draft"
        gate.withdraw(session, issue)
    return issue


def touch(issue: Issue) -> None:
    """Note that the issue, or something in it, is being written."""
    issue.version += 1
    issue.updated_at = now()


def require_may_change(issue: Issue, caller: Caller) -> None:
    """Raises Forbidden when a change would reach the public and the caller may not do that."""
    if issue.status == "published":
        caller.require("content:publish", f"change issue {issue.number}, which is published")


def working_copy(session: Session, number: int) -> DraftIssue:
    """The issue as its authors have it. Raises NotFound."""
    loaded = compile.load(session, number)
    if not loaded:
        raise NotFound(f"There is no issue {number}. GET /drafts and GET /issues list those there are.")
    return compile.working_copy(loaded[0], archive.neighbours(session, number))


def drafts(session: Session, request: ListRequest, query: DraftsQuery) -> Rows:
    """Issues that are not published, by number downwards."""
    unpublished = select(Issue.number).where(Issue.status != "published")
    statement = unpublished.order_by(Issue.number.desc()).limit(request.limit + 1)
    after = request.after(int)
    if after:
        statement = statement.where(Issue.number < after[0])
    found = session.scalars(statement).all()
    shown = found[: request.limit]
    loaded = compile.load(session, *shown)
    listed = [compile.listed(issue, archive.neighbours(session, issue.number)) for issue in loaded]
    total = session.scalar(select(func.count()).select_from(unpublished.subquery())) if request.total else None
    return Rows(
        frozen=[issue.freeze() for issue in listed],
        last_key=[shown[-1]] if len(found) > request.limit else None,
        total=total,
    )


def free_slug(session: Session, wanted: str | None, title: str, number: int) -> str:
    """The slug that is wanted, or one made from the title that no issue has. Raises SlugTaken."""
    if wanted is not None:
        owner = session.scalar(select(Issue.number).where(Issue.slug == wanted))
        if owner is not None:
            raise SlugTaken(f"Issue {owner} has the slug {wanted!r}. Choose another, or leave slug out.")
        return wanted
    made = slug_of(title, f"issue-{number}")
    return first_free(made, set(session.scalars(_slugs_like, {"slug": made})))


def _free_number(session: Session, wanted: int | None) -> int:
    if wanted is None:
        number = (session.scalar(select(func.max(Issue.number))) or 0) + 1
        if number > LARGEST_NUMBER:
            detail = f"the highest number, {LARGEST_NUMBER:,}, is taken; give one that is free"
            raise Invalid(detail, errors=[Fault("/number", "needed", detail)])
        return number
    status = session.scalar(_status, {"number": wanted})
    if status is not None:
        raise NumberTaken(
            f"There is an issue {wanted} already ({status}). Leave number out to take the next one, or change that "
            f"issue by PATCH /issues/{wanted}."
        )
    return wanted
