"""Issues: creating and changing them.

Each function works in the transaction of the caller and does not commit. `get` locks the row of the issue; every
change of an issue, its sections or its items starts with it.
"""

from collections.abc import Callable

from sqlalchemy import and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.archive import issues as archive
from app.auth.callers import Caller
from app.authoring import bulk_insert, tree
from app.authoring.diffs import changes_since
from app.authoring.saving import load, record_draft, require_may_change, save
from app.authoring.schemas import IssueInput, IssuePatch
from app.content import compile, revisions, versions
from app.content.document import DraftIssue
from app.content.models import Issue, Publication
from app.content.slugs import first_free, slug_of
from app.content.tags import Vocabulary
from app.content.versions import Expected
from app.db.base import now
from app.problems import Fault, Invalid, NotFound, NumberTaken, SlugTaken
from app.publishing import gate
from app.validation import LARGEST_NUMBER

_numbered = select(Issue).where(Issue.number == bindparam("number"))
# Refreshed: PostgreSQL may have waited for a transaction that changed the row.
_locked = _numbered.with_for_update().execution_options(populate_existing=True)
_taken = select(Issue.status, Issue.deleted_at).where(Issue.number == bindparam("number"))
_slugs_like = select(Issue.slug).where(
    # With or without a number as suffix: a range, so that both databases use the index.
    or_(
        Issue.slug == bindparam("slug"),
        and_(Issue.slug > bindparam("slug") + "-", Issue.slug < bindparam("slug") + "."),
    )
)


def get(session: Session, number: int, expect: Expected = None) -> Issue:
    """The issue, locked until the transaction ends.

    Raises NotFound, and Stale if its version is not the expected one.
    """
    issue = lock(session, number)
    if issue is None or issue.deleted_at is not None:
        raise not_found(number, issue)
    versions.require(issue.version, expect, lambda version: changes_since(session, issue, version))
    return issue


def lock(session: Session, number: int) -> Issue | None:
    """The issue, locked until the transaction ends, even if it is in the bin."""
    session.flush()
    return session.scalars(_locked, {"number": number}).one_or_none()


def find(session: Session, number: int) -> Issue:
    """The issue, without a lock. Raises NotFound."""
    issue = session.scalars(_numbered, {"number": number}).one_or_none()
    if issue is None or issue.deleted_at is not None:
        raise not_found(number, issue)
    return issue


def not_found(number: int, deleted: Issue | None = None) -> NotFound:
    if deleted is not None:
        return NotFound(f"Issue {number} is in the bin. Restore it with POST /issues/{number}/restore.")
    return NotFound(f"Issue {number} does not exist. GET /issues and GET /drafts list all issues.")


def create(
    session: Session,
    given: IssueInput,
    caller: Caller,
    vocabulary: Callable[[Session], Vocabulary] = Vocabulary.load,
) -> Issue:
    """Create an issue with its sections and items, and publish it if its status says so.

    `vocabulary` loads the tags in the transaction. Raises NumberTaken, SlugTaken, UnknownTag, Invalid, and Forbidden if
    the caller may not publish.
    """
    if given.status == "published":
        caller.require("content:publish", "publish an issue")
    # The lock prevents that two issues that are created at the same time get the same number or slug.
    publication = session.get_one(Publication, 1, with_for_update=True, populate_existing=True)
    number = _free_number(session, given.number)
    if given.status == "published":
        gate.lock(session)
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
        extra=given.extra,
        sections=[],
        **tree.image_columns(given.image),
    )
    bulk_insert.insert_issue(session, issue, given.sections, vocabulary(session))
    if given.status == "published":
        revisions.record(session, issue, gate.publish(session, issue)[number].frozen, caller)
    else:
        record_draft(session, issue, caller)
    return issue


def change(session: Session, issue: Issue, given: IssuePatch, caller: Caller) -> None:
    """Update the given fields. Raises SlugTaken, Invalid and Forbidden."""
    require_may_change(issue, caller)
    fields = given.model_fields_set
    if "published_at" in fields and given.published_at is None and issue.status == "published":
        raise publication_time_required()
    slug = new_slug(session, issue, given.slug if "slug" in fields else None, issue.title)
    load(session, issue)
    issue.slug = slug
    for name in ("title", "subtitle", "language", "published_at", "intro", "outro", "extra"):
        if name in fields:
            setattr(issue, name, getattr(given, name))
    if "image" in fields:
        for name, value in tree.image_columns(given.image).items():
            setattr(issue, name, value)
    save(session, caller, issue)


def new_slug(session: Session, issue: Issue, wanted: str | None, title: str) -> str:
    """The requested slug of an issue, or its current one if none is requested. Raises SlugTaken.

    Call it before `saving.load`, because a change of the slug locks the row of the publication.
    """
    if wanted is None or wanted == issue.slug:
        return issue.slug
    session.get_one(Publication, 1, with_for_update=True, populate_existing=True)  # as in `create`
    return free_slug(session, wanted, title, issue.number)


def publication_time_required() -> Invalid:
    detail = "a published issue must have a publication time; send another one, or unpublish the issue first"
    return Invalid(detail, errors=[Fault("/published_at", "needed", detail)])


def working_copy(session: Session, issue: Issue) -> DraftIssue:
    """The working copy of an issue."""
    if not compile.is_loaded(issue):
        compile.load_sections(session, issue)
    return compile.working_copy(issue, archive.neighbours(session, issue.number))


def free_slug(session: Session, wanted: str | None, title: str, number: int) -> str:
    """The requested slug, or one generated from the title that no issue has. Raises SlugTaken."""
    if wanted is not None:
        owner = session.execute(select(Issue.number, Issue.deleted_at).where(Issue.slug == wanted)).first()
        if owner is not None:
            which = f"Issue {owner.number}" + (", which is in the bin," if owner.deleted_at is not None else "")
            raise SlugTaken(f"{which} has the slug {wanted!r}. Choose another one, or omit slug to generate one.")
        return wanted
    generated = slug_of(title, f"issue-{number}")
    return first_free(generated, set(session.scalars(_slugs_like, {"slug": generated})))


def _free_number(session: Session, wanted: int | None) -> int:
    if wanted is None:
        highest = session.scalar(select(func.max(Issue.number))) or 0
        if highest < LARGEST_NUMBER:
            return highest + 1
        # The largest number is taken: use the first free number after another issue.
        following = aliased(Issue)
        followed = exists().where(following.number == Issue.number + 1)
        return session.scalar(select(func.min(Issue.number) + 1).where(Issue.number < LARGEST_NUMBER, ~followed)) or 1
    taken = session.execute(_taken, {"number": wanted}).first()
    if taken is None:
        return wanted
    if taken.deleted_at is not None:
        raise NumberTaken(
            f"Issue {wanted} is in the bin and keeps its number. Restore it with POST /issues/{wanted}/restore, "
            f"replace it with PUT /issues/{wanted}, or omit number to use the next one."
        )
    raise NumberTaken(
        f"Issue {wanted} already exists ({taken.status}). Omit number to use the next one, or change that issue with "
        f"PATCH /issues/{wanted}."
    )
