"""Issues that are about to be imported, and those that this run has imported already."""

from dataclasses import dataclass

from app.authoring.schemas import IssueInput
from app.importing.options import Options
from app.newsletters.document import IssueRead


class Refused(Exception):
    """Importing the issue would overwrite somebody's work; the message says whose, and what to do."""

    def __init__(self, number: int | None, reason: str) -> None:
        super().__init__(reason)
        self.number = number


@dataclass(frozen=True)
class Candidate:
    """An issue that was read, to be imported with these options."""

    read: IssueRead
    given: IssueInput
    """Its document, validated."""
    digest: str
    """Of its document."""
    publish: bool
    options: Options


class Seen:
    """What this run has imported (in a dry run, would have), so that nothing is imported twice."""

    def __init__(self) -> None:
        self.numbers: dict[int, str] = {}
        """The key of the source of each."""
        self._unnumbered: dict[str, tuple[int | None, str]] = {}
        """Number and key of issues whose source has no number, by each of their fingerprints."""

    def add(self, candidate: Candidate, number: int | None) -> None:
        if number is not None:
            self.numbers[number] = candidate.read.key
        if candidate.given.number is None:
            self._unnumbered |= dict.fromkeys(_fingerprints(candidate), (number, candidate.read.key))

    def require_new(self, candidate: Candidate) -> None:
        """Raises Refused for an issue that this run has imported already."""
        number = candidate.given.number
        if number is not None and number in self.numbers:
            raise Refused(
                number,
                f"Issue {number} was already imported from {self.numbers[number]!r} in this run; "
                "give this one another number, or none.",
            )
        if number is None:
            same = next((each for each in _fingerprints(candidate) if each in self._unnumbered), None)
            if same is not None:
                existing, key = self._unnumbered[same]
                named = "" if existing is None else f", as issue {existing}"
                raise Refused(existing, f"The same issue was already imported from {key!r} in this run{named}.")


def _fingerprints(candidate: Candidate) -> list[str]:
    """What no two issues without a number share."""
    read = candidate.read
    return [candidate.digest, *([f"{read.title}\n{read.key}"] if read.key_kind == "id" else [])]
