"""Importing issues: one transaction an issue, and the same source never makes a second issue."""

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
from app.importing.applying import apply, plan
from app.importing.candidate import Candidate, Refused, Seen
from app.importing.labels import Labels
from app.importing.options import Options
from app.importing.ordering import numbered_first
from app.importing.outcomes import Outcome, Status
from app.importing.pointers import describe
from app.importing.records import digest_of
from app.importing.tags import CachedVocabulary
from app.newsletters.document import IssueRead
from app.newsletters.left_out import LeftOut
from app.problems import Forbidden, Problem


class Importer:
    """One run over sources. A run that was interrupted is resumed by running it again, with the same result.

    Raises UnknownTag when the options name a tag that does not exist.
    """

    def __init__(self, database: Database, options: Options, caller: Caller) -> None:
        self._database = database
        self._options = options
        self._caller = caller
        with database.reading() as session:
            self.labels = Labels(options.labels, Vocabulary.load(session))
        self._vocabulary = CachedVocabulary()
        self._seen = Seen()
        self.skipped_by_date = 0
        """Issues that are older than `since`, or have no date."""

    def run(self, sources: Iterable[IssueRead | LeftOut]) -> Iterator[Outcome]:
        """Import each issue, in a transaction of its own, as the outcomes are iterated over."""
        return self._outcomes(sources, dry_run=False)

    def dry_run(self, sources: Iterable[IssueRead | LeftOut]) -> Iterator[Outcome]:
        """What `run` would do. Writes nothing."""
        return self._outcomes(sources, dry_run=True)

    def _outcomes(self, sources: Iterable[IssueRead | LeftOut], *, dry_run: bool) -> Iterator[Outcome]:
        left_out: list[LeftOut] = []
        for read in islice(numbered_first(self._selected(sources, left_out)), self._options.limit):
            yield from _reported(left_out)
            yield self._outcome(read, dry_run=dry_run)
        yield from _reported(left_out)

    def _selected(self, sources: Iterable[IssueRead | LeftOut], left_out: list[LeftOut]) -> Iterator[IssueRead]:
        since, default_date = self._options.since, self._options.default_date
        for source in sources:
            if isinstance(source, LeftOut):
                left_out.append(source)
                continue
            source.title = _printable(source.title)
            if source.published_at is None and default_date is not None:
                source.published_at = datetime.combine(default_date, time(12), UTC)
            if since is not None and (source.published_at is None or source.published_at.date() < since):
                self.skipped_by_date += 1
            else:
                yield source

    def _outcome(self, read: IssueRead, *, dry_run: bool) -> Outcome:
        document = read.document()
        self.labels.apply(document)
        about: dict[str, Any] = {"document": document, "notes": read.notes, "confidence": read.confidence}
        publish = self._options.publish and not read.draft and read.published_at is not None
        try:
            given = IssueInput.model_validate(document)
            candidate = Candidate(read, given, digest_of(document), publish=publish, options=self._options)
            if dry_run:
                with self._database.reading() as session:
                    status, number = plan(session, candidate, self._seen)
            else:
                given.prepare()
                with self._database.writing() as session:
                    status, number = apply(session, candidate, self._seen, self._vocabulary, self._caller)
        except Refused as refused:
            return Outcome(read.title, "refused", refused.number, str(refused), **about)
        except (Problem, ValidationError) as problem:
            kind: Status = "refused" if isinstance(problem, Forbidden) else "failed"
            return Outcome(read.title, kind, read.number, describe(document, problem), **about)
        except IntegrityError:
            reason = "Somebody else changed the same data at the same time; import it again."
            return Outcome(read.title, "failed", read.number, reason, **about)
        self._seen.add(candidate, number)
        if self._options.publish:
            document["status"] = "published" if publish else "draft"
        return Outcome(read.title, status, number, self._why_a_draft(read), **about)

    def _why_a_draft(self, read: IssueRead) -> str | None:
        """Why an issue is not published, although the options ask for it."""
        if read.draft:
            return "It is a draft in its source, so it stays a draft."
        if self._options.publish and read.published_at is None:
            return f"It has no date, so it stays a draft; use {self._options.date_option} to give it one."
        return None


def _reported(left_out: list[LeftOut]) -> Iterator[Outcome]:
    """An outcome for each, which is taken off the list."""
    while left_out:
        each = left_out.pop(0)
        status: Status = "failed" if each.is_error else "skipped"
        yield Outcome(_printable(each.what), status, reason=_printable(each.reason))


def _printable(text: str) -> str:
    """The text without control characters and lone surrogates, which names of files may have."""
    return text if text.isprintable() else "".join("�" if category(char) in ("Cc", "Cs") else char for char in text)
