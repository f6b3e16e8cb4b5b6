"""What `POST /import` takes and gives."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field

from app.importing.outcomes import Outcome, Status
from app.newsletters.document import Doubt, Note
from app.newsletters.formats.detection import Format
from app.validation import LARGEST_NUMBER, Day, Flag


class ImportQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    dry_run: Flag = Field(False, description="tell what is understood, and write nothing")
    publish: Flag = Field(False, description="publish what comes in; otherwise it comes as drafts")
    overwrite: Flag = Field(False, description="also issues that somebody has edited since, or has written")
    format: Format | None = Field(None, description="what the files are; left out, it is found out")
    since: Day | None = Field(None, description="only issues of this day or later")
    limit: Annotated[int, Field(ge=1, le=LARGEST_NUMBER)] | None = Field(None, description="at most so many issues")
    day: Day | None = Field(None, alias="date", description="the date of issues that have none")


class NoteDocument(BaseModel):
    """A decision that an author should look at (`doubt`), or text that is in no issue (`left-out`)."""

    kind: str
    reason: str
    text: str
    place: int = Field(description="its line in the source, from 1; 0 where lines do not count")
    confidence: float = Field(description="from 0 to 1")
    pointer: str = Field(description="where in the document, as a JSON pointer")

    @classmethod
    def of(cls, note: Note) -> Self:
        return cls(
            kind="doubt" if isinstance(note, Doubt) else "left-out",
            reason=note.reason,
            text=note.what,
            place=note.place,
            confidence=note.confidence if isinstance(note, Doubt) else 1.0,
            pointer=note.pointer if isinstance(note, Doubt) else "",
        )


class ImportedDocument(BaseModel):
    """What came of an issue."""

    number: int | None = Field(description="null where it would take the next one")
    title: str
    status: Status
    reason: str | None = Field(description="why it did not come in, or is a draft")
    confidence: float = Field(description="of the reading, from 0 to 1")
    notes: list[NoteDocument]
    document: dict[str, Any] | None = Field(description="in a dry run: what would be sent as `POST /issues`")


class UnreadDocument(BaseModel):
    """What could not be read."""

    name: str
    reason: str
    skipped: bool = Field(description="nothing is wrong with it: it is not meant to come in")


class ImportResults(BaseModel):
    data: list[ImportedDocument] = Field(description="issues, in the order in which they came in")
    failed: list[UnreadDocument]

    @classmethod
    def of(cls, outcomes: list[Outcome], *, documents: bool) -> Self:
        return cls(
            data=[
                ImportedDocument(
                    number=outcome.number,
                    title=outcome.name,
                    status=outcome.status,
                    reason=outcome.reason,
                    confidence=outcome.confidence,
                    notes=[NoteDocument.of(note) for note in outcome.notes],
                    document=dict(outcome.document) if documents else None,
                )
                for outcome in outcomes
                if outcome.document
            ],
            failed=[
                UnreadDocument(name=outcome.name, reason=outcome.reason or "", skipped=outcome.status == "skipped")
                for outcome in outcomes
                if not outcome.document
            ],
        )
