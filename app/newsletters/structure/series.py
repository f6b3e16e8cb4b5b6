"""What is known of a newsletter from its other issues, while they are read one after the other."""

from dataclasses import dataclass, field

from app.newsletters.structure.dates import Order, Votes


@dataclass(slots=True)
class Series:
    votes: Votes = field(default_factory=Votes)

    def learn(self, votes: Votes) -> None:
        """Take in how the dates of one of its issues can be read."""
        self.votes.day += votes.day
        self.votes.month += votes.month

    def order(self, own: Votes, language: str | None) -> Order:
        """How dates in figures are read: by the issue's own dates, else the others', else by where it is written."""
        american = language is None or (
            language.lower().split("-")[0] == "en" and language.lower() in ("en", "en-us", "en-ca")
        )
        return own.order() or self.votes.order() or ("month" if american else "day")
