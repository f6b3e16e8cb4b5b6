"""The order in which issues are imported, which decides the numbers of those that have none."""

import pickle
import tempfile
from collections.abc import Iterable, Iterator

from app.newsletters.document import IssueRead


def numbered_first(issues: Iterable[IssueRead]) -> Iterator[IssueRead]:
    """Issues with a number as they come; then the others, oldest first, those without a date last.

    So no issue takes a number that a later one has, and a feed, whose newest entry is first, is not numbered
    backwards. Issues wait in a temporary file, so memory does not grow with their number.
    """
    with tempfile.TemporaryFile() as waiting:
        positions: list[tuple[bool, str, int]] = []
        for issue in issues:
            if issue.number is not None:
                yield issue
                continue
            day = issue.published_at
            positions.append((day is None, "" if day is None else day.isoformat(), waiting.tell()))
            pickle.dump(issue, waiting)
        for _, _, position in sorted(positions):
            waiting.seek(position)
            yield pickle.load(waiting)  # written by this run, so it can be trusted
