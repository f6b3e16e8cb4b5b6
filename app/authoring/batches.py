"""Creating many items in one request: all or none, or each independently."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from sqlalchemy.orm import Session

from app.auth.callers import Caller
from app.authoring import issues, items, tree
from app.authoring.saving import load, save
from app.authoring.schemas import BatchInput, BatchProblem, BatchResult, BatchResults, CollectedItemInput
from app.content import compile
from app.content.models import Issue, Item
from app.content.tags import Vocabulary
from app.problems import Fault, Invalid, NotFound, Problem


@dataclass(frozen=True)
class Outcome:
    """The result for one item: the created item, or the problem."""

    item: Item | None = None
    problem: Problem | None = None


def add(session: Session, given: BatchInput, caller: Caller) -> list[Outcome]:
    """Create the items, which are prepared, and return the outcome for each, in order. The version of an issue rises
    once for all of them.

    With `all_or_nothing`, raises the first problem, with pointers into the input.
    """
    return _Batch(session, caller).run(given)


def results(rows: Sequence[Outcome]) -> BatchResults:
    return BatchResults(
        made=sum(row.item is not None for row in rows),
        failed=sum(row.problem is not None for row in rows),
        results=[
            BatchResult(
                status=row.problem.status if row.problem else 201,
                item=compile.working_item(row.item) if row.item else None,
                problem=_problem_document(row.problem) if row.problem else None,
            )
            for row in rows
        ],
    )


def _problem_document(problem: Problem) -> BatchProblem:
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

    def run(self, given: BatchInput) -> list[Outcome]:
        self._lock({row.issue for row in given.rows if not isinstance(row, Invalid) and row.issue is not None})
        self._vocabulary = Vocabulary.lazy(self._session)
        outcomes = [self._outcome(row, index, given.all_or_nothing) for index, row in enumerate(given.rows)]
        if self._written:
            save(self._session, self._caller, *self._written.values())
        return outcomes

    def _lock(self, numbers: set[int]) -> None:
        for number in sorted(numbers):
            try:
                self._issues[number] = issues.get(self._session, number)
            except NotFound as problem:
                self._issues[number] = problem
        load(self._session, *(issue for issue in self._issues.values() if isinstance(issue, Issue)))

    def _outcome(self, given: CollectedItemInput | Invalid, index: int, all_or_nothing: bool) -> Outcome:
        if isinstance(given, Invalid):
            return Outcome(problem=given)
        if all_or_nothing:
            return Outcome(item=self._create(given, index))
        try:
            with self._session.begin_nested():
                return Outcome(item=self._create(given, index))
        except Problem as problem:
            return Outcome(problem=problem)

    def _create(self, given: CollectedItemInput, index: int) -> Item:
        pointer = f"/items/{index}"
        if given.issue is None:
            return items.add_to_inbox(self._session, given, self._vocabulary, pointer)
        with _locate_errors(f"{pointer}/issue"):
            issue = self._issues[given.issue]
            if isinstance(issue, NotFound):
                raise NotFound(issue.detail)
            tree.require_room(issue, items=1)
            item = items.insert(self._session, issue, given, self._caller, self._vocabulary, pointer)
        self._written[issue.number] = issue
        return item


@contextmanager
def _locate_errors(pointer: str) -> Iterator[None]:
    """Give problems without a pointer, which are problems of the issue and not of a field of the item, this one."""
    try:
        yield
    except Problem as problem:
        if not any(fault.pointer for fault in problem.errors):
            problem.errors = (Fault(pointer, problem.code, problem.detail),)
        raise
