"""What comes to the door, and what has come through it in this run."""

from dataclasses import dataclass

from app.authoring.schemas import IssueInput
from app.importing.outcomes import Wishes
from app.newsletters.document import IssueRead


class Refused(Exception):
    """To write the issue would undo what somebody has done; the message says what, and the way out."""

    def __init__(self, number: int | None, reason: str) -> None:
        super().__init__(reason)
        self.number = number


@dataclass(frozen=True)
class Arrival:
    """An issue that was read, and what is to become of it."""

    read: IssueRead
    given: IssueInput
    digest: str
    publish: bool
    wishes: Wishes


class Met:
    """What has come in in this run, or would in a rehearsal, so that it does not come in twice."""

    def __init__(self) -> None:
        self.numbers: dict[int, str] = {}
        """Each with what is known of its source."""
        self._without: dict[str, tuple[int | None, str]] = {}
        """Of issues that bring no number along: by their digest, and by the id of their source."""

    def add(self, arrival: Arrival, number: int | None) -> None:
        if number is not None:
            self.numbers[number] = arrival.read.key
        if arrival.given.number is None:
            self._without |= dict.fromkeys(_signs(arrival), (number, arrival.read.key))

    def require_new(self, arrival: Arrival) -> None:
        """Raises Refused for what has come in."""
        number = arrival.given.number
        if number is not None and number in self.numbers:
            raise Refused(
                number,
                f"Issue {number} has come in from {self.numbers[number]!r} just now; "
                "give this one another number, or none.",
            )
        if number is None and (sign := next((sign for sign in _signs(arrival) if sign in self._without), None)):
            there, key = self._without[sign]
            called = "" if there is None else f", as issue {there}"
            raise Refused(there, f"The same has come in from {key!r} just now{called}; once is enough.")


def _signs(arrival: Arrival) -> list[str]:
    """What no two issues without a number share."""
    read = arrival.read
    return [arrival.digest, *([f"{read.title}\n{read.key}"] if read.key_kind == "id" else [])]
