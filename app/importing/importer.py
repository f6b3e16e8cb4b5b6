"""Bringing issues in: one transaction an issue, whole or not at all, and never a second one of the same source."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time
from itertools import islice
from typing import Any
from unicodedata import category

from pydantic import ValidationError
from sqlalchemy.exc import IntegrityError

from app.auth.callers import Caller
from app.authoring.schemas import IssueInput
from app.content.tags import Vocabulary
from app.db.engine import Database
from app.importing.applying import foretell, settle
from app.importing.candidate import Arrival, Met, Refused
from app.importing.labels import Labels
from app.importing.ordering import numbered_first
from app.importing.outcomes import Outcome, Status, Wishes
from app.importing.pointers import told
from app.importing.records import digest_of
from app.importing.tags import KnownTags
from app.newsletters.document import IssueRead
from app.newsletters.left_out import LeftOut
from app.problems import Forbidden, Problem


class Import:
    """A run over sources. Begun again after it was broken off, it ends with what it would have ended with.

    Raises UnknownTag when the wishes name a tag that there is not.
    """

    def __init__(self, database: Database, wishes: Wishes, caller: Caller) -> None:
        self._database = database
        self._wishes = wishes
        self._caller = caller
        with database.reading() as session:
            self.labels = Labels(wishes.labels, Vocabulary.load(session))
        self._tags = KnownTags()
        self._met = Met()
        self.passed_over = 0
        """Issues that are not as new as was asked for."""

    def bring_in(self, sources: Iterable[IssueRead | LeftOut]) -> Iterator[Outcome]:
        """Write each issue in a transaction of its own, and tell what came of it."""
        return self._outcomes(sources, rehearsal=False)

    def rehearse(self, sources: Iterable[IssueRead | LeftOut]) -> Iterator[Outcome]:
        """Tell what would come of each issue, and write nothing."""
        return self._outcomes(sources, rehearsal=True)

    def _outcomes(self, sources: Iterable[IssueRead | LeftOut], *, rehearsal: bool) -> Iterator[Outcome]:
        unread: list[LeftOut] = []
        for read in islice(numbered_first(self._wanted(sources, unread)), self._wishes.limit):
            yield from _told(unread)
            yield self._outcome(read, rehearsal=rehearsal)
        yield from _told(unread)

    def _wanted(self, sources: Iterable[IssueRead | LeftOut], unread: list[LeftOut]) -> Iterator[IssueRead]:
        since = self._wishes.since
        for source in sources:
            if not isinstance(source, IssueRead):
                unread.append(source)
                continue
            source.title = _printable(source.title)
            if source.published_at is None and self._wishes.day is not None:
                source.published_at = datetime.combine(self._wishes.day, time(12), UTC)
            if since is not None and (source.published_at is None or source.published_at.date() < since):
                self.passed_over += 1
            else:
                yield source

    def _outcome(self, read: IssueRead, *, rehearsal: bool) -> Outcome:
        document = read.document()
        self.labels.apply(document)
        about: dict[str, Any] = {"document": document, "notes": read.notes, "confidence": read.confidence}
        publish = self._wishes.publish and not read.draft and read.published_at is not None
        try:
            arrival = Arrival(
                read, IssueInput.model_validate(document), digest_of(document), publish=publish, wishes=self._wishes
            )
            if rehearsal:
                with self._database.reading() as session:
                    status, number = foretell(session, arrival, self._met)
            else:
                with self._database.writing() as session:
                    status, number = settle(session, arrival, self._met, self._tags, self._caller)
        except Refused as refused:
            return Outcome(read.title, "refused", refused.number, str(refused), **about)
        except (Problem, ValidationError) as problem:
            kind: Status = "refused" if isinstance(problem, Forbidden) else "failed"
            return Outcome(read.title, kind, read.number, told(document, problem), **about)
        except IntegrityError:
            reason = "Somebody else wrote the same thing at the same moment; import it again."
            return Outcome(read.title, "failed", read.number, reason, **about)
        self._met.add(arrival, number)
        if self._wishes.publish:
            document["status"] = "published" if publish else "draft"
        return Outcome(read.title, status, number, self._why_a_draft(read), **about)

    def _why_a_draft(self, read: IssueRead) -> str | None:
        """Why an issue is not published, though that was asked for."""
        if read.draft:
            return "It is a draft where it comes from, and stays one."
        if not self._wishes.publish:
            return None
        if read.published_at is None:
            return f"It has no date, so it stays a draft; {self._wishes.way_to_date} gives it one."
        return None


def _told(unread: list[LeftOut]) -> Iterator[Outcome]:
    """Tell what could not be read, once."""
    while unread:
        source = unread.pop(0)
        name, reason = _printable(source.what), _printable(source.reason)
        yield Outcome(name, "failed" if source.is_error else "skipped", reason=reason)


def _printable(text: str) -> str:
    """The text without what would steer a terminal, or is no character: names of files are anything."""
    return text if text.isprintable() else "".join("�" if category(char) in ("Cc", "Cs") else char for char in text)
