"""What is learned about a newsletter from its issues, while they are read one after the other."""

from dataclasses import dataclass, field

from app.newsletters.structure.dates import Order, Votes


@dataclass(slots=True)
class Series:
    votes: Votes = field(default_factory=Votes)

    def learn(self, votes: Votes) -> None:
        """Add the votes of one issue."""
        self.votes.day += votes.day
        self.votes.month += votes.month

    def order(self, own: Votes, language: str | None) -> Order:
        """The order of numeric dates: by the issue's own dates, else those of other issues, else by its language."""
        american = language is None or (
            language.lower().split("-")[0] == "en" and language.lower() in ("en", "en-us", "en-ca")
        )
        return own.order() or self.votes.order() or ("month" if american else "day")
