"""The vocabulary, for a run over many issues."""

from sqlalchemy.orm import Session

from app.content.tags import Vocabulary
from app.db import clock


class KnownTags:
    """The tags as each transaction of a run finds them, read again only when they may have changed.

    Whoever changes a tag raises the content clock. So these hold while it stands where this run has left it.
    """

    def __init__(self) -> None:
        self._vocabulary: Vocabulary | None = None
        self._clock: int | None = None

    def within(self, session: Session) -> Vocabulary:
        found = clock.read(session)
        if self._vocabulary is None or found != self._clock:
            self._vocabulary = Vocabulary.load(session)
            self._clock = found
        else:
            session.add_all(self._vocabulary.tags)
        return self._vocabulary

    def leave(self, session: Session, *, published: bool) -> None:
        """Note where the transaction, which is about to be committed, has put the clock itself.

        When it stands higher, somebody else has committed meanwhile, and perhaps a tag.
        """
        found = clock.read(session)
        assert self._clock is not None, "`within` comes first"
        self._clock = found if found <= self._clock + published else None
