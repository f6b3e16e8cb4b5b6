"""The order in which issues come in, on which the numbers depend of those that have none."""

import pickle
import tempfile
from collections.abc import Iterable, Iterator

from app.newsletters.document import IssueRead


def numbered_first(issues: Iterable[IssueRead]) -> Iterator[IssueRead]:
    """Issues with a number as they come; then the others, the oldest first and those without a date last.

    So none takes a number that a later one brings along, and a feed, which has its newest entry first, is not
    numbered backwards. Those that wait do so in a temporary file, however many there are.
    """
    with tempfile.TemporaryFile() as waiting:
        places: list[tuple[bool, str, int]] = []
        for issue in issues:
            if issue.number is not None:
                yield issue
                continue
            day = issue.published_at
            places.append((day is None, "" if day is None else day.isoformat(), waiting.tell()))
            pickle.dump(issue, waiting)
        for _, _, place in sorted(places):
            waiting.seek(place)
            yield pickle.load(waiting)  # of this very run, so there is nobody to distrust
