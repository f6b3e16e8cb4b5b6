"""The tag vocabulary, kept in memory during a run over many issues."""

from sqlalchemy.orm import Session

from app.content.tags import Vocabulary
from app.db import clock


class CachedVocabulary:
    """The vocabulary as each transaction of a run sees it, loaded again only when it may have changed.

    Every change of a tag advances the content clock, so the vocabulary is current while the clock stands where this
    run left it.
    """

    def __init__(self) -> None:
        self._vocabulary: Vocabulary | None = None
        self._clock: int | None = None

    def load(self, session: Session) -> Vocabulary:
        """The vocabulary, its tags attached to the session."""
        current = clock.read(session)
        if self._vocabulary is None or current != self._clock:
            self._vocabulary = Vocabulary.load(session)
            self._clock = current
        else:
            session.add_all(self._vocabulary.tags)
        return self._vocabulary

    def note_clock(self, session: Session, *, published: bool) -> None:
        """Note where this transaction, which is about to commit, has left the clock.

        If it is further ahead than that, another transaction has committed in between, perhaps a change of a tag.
        """
        current = clock.read(session)
        assert self._clock is not None, "`load` comes first"
        self._clock = current if current <= self._clock + published else None
