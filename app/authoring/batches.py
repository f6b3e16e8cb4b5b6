"""Many items at once: all or none, or each by itself."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.auth.callers import Caller
from app.authoring import issues, items, tree
from app.authoring.saving import load, save
from app.authoring.schemas import BatchInput, BatchProblem, BatchResult, BatchResults, CollectedItemInput
from app.content import compile
from app.content.models import Issue, Item
from app.content.tags import Vocabulary
from app.problems import Fault, NotFound, Problem
from app.validation import invalid


@dataclass(frozen=True)
class Row:
    """What became of one: it was made, or why not."""

    item: Item | None = None
    problem: Problem | None = None


def add(session: Session, given: BatchInput, caller: Caller) -> list[Row]:
    """Make the items, and tell of each what became of it, in order. An issue gets all of its items at one version.

    Raises the first problem, with its place in the input, when it is all or nothing.
    """
    return _Batch(session, caller).carry_out(given)


def results(rows: Sequence[Row]) -> BatchResults:
    return BatchResults(
        made=sum(row.item is not None for row in rows),
        failed=sum(row.problem is not None for row in rows),
        results=[
            BatchResult(
                status=row.problem.status if row.problem else 201,
                item=compile.working_item(row.item) if row.item else None,
                problem=_told(row.problem) if row.problem else None,
            )
            for row in rows
        ],
    )


def _told(problem: Problem) -> BatchProblem:
    return BatchProblem(
        title=problem.title,
        status=problem.status,
        detail=problem.detail,
        code=problem.code,
        errors=[asdict(fault) for fault in problem.errors],
    )


class _Batch:
    def __init__(self, session: Session, caller: Caller) -> None:
        self._session = session
        self._caller = caller
        self._issues: dict[int, Issue | NotFound] = {}
        self._written: dict[int, Issue] = {}

    def carry_out(self, given: BatchInput) -> list[Row]:
        read = [self._read(row, index, given.items) for index, row in enumerate(given.items)]
        if given.all_or_nothing:
            self._require_all(read)
        self._lock({each.issue for each in read if isinstance(each, CollectedItemInput) and each.issue is not None})
        self._vocabulary = Vocabulary.when_needed(self._session)
        rows = [self._row(each, index, given.all_or_nothing) for index, each in enumerate(read)]
        if self._written:
            save(self._session, self._caller, *self._written.values())
        return rows

    def _read(self, row: Any, index: int, rows: list[Any]) -> CollectedItemInput | Problem:
        try:
            return CollectedItemInput.model_validate(row)
        except ValidationError as error:
            errors = [{**each, "loc": ("body", "items", index, *each["loc"])} for each in error.errors()]
            return invalid(errors, {"items": rows})

    def _require_all(self, read: list[CollectedItemInput | Problem]) -> None:
        wrong = [each for each in read if isinstance(each, Problem)]
        if wrong:
            wrong[0].errors = tuple(fault for each in wrong for fault in each.errors)
            raise wrong[0]

    def _lock(self, numbers: set[int]) -> None:
        for number in sorted(numbers):
            try:
                self._issues[number] = issues.get(self._session, number)
            except NotFound as problem:
                self._issues[number] = problem
        load(self._session, *(issue for issue in self._issues.values() if isinstance(issue, Issue)))

    def _row(self, given: CollectedItemInput | Problem, index: int, all_or_nothing: bool) -> Row:
        if isinstance(given, Problem):
            return Row(problem=given)
        if all_or_nothing:
            return Row(item=self._make(given, index))
        try:
            with self._session.begin_nested():
                return Row(item=self._make(given, index))
        except Problem as problem:
            return Row(problem=problem)

    def _make(self, given: CollectedItemInput, index: int) -> Item:
        pointer = f"/items/{index}"
        if given.issue is None:
            return items.collect(self._session, given, self._vocabulary, pointer)
        with _told_at(f"{pointer}/issue"):
            issue = self._issues[given.issue]
            if isinstance(issue, NotFound):
                raise NotFound(issue.detail)
            tree.require_room_in(issue, adding=1)
            item = items.place(self._session, issue, given, self._caller, self._vocabulary, pointer)
        self._written[issue.number] = issue
        return item


@contextmanager
def _told_at(pointer: str) -> Iterator[None]:
    """What is wrong with the issue, and not with a field of the item, is told with its place in the input too."""
    try:
        yield
    except Problem as problem:
        if not any(fault.pointer for fault in problem.errors):
            problem.errors = (Fault(pointer, problem.code, problem.detail),)
        raise
