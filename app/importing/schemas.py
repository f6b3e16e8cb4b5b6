"""What `POST /import` takes and gives."""

from collections.abc import Iterable
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field

from app.importing.outcomes import Outcome, Status
from app.newsletters.document import Doubt, Note
from app.newsletters.formats.detection import Format
from app.validation import LARGEST_NUMBER, Day, Flag


class ImportQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    dry_run: Flag = Field(False, description="show what would be imported, and write nothing")
    publish: Flag = Field(False, description="publish the issues; default: they stay drafts")
    overwrite: Flag = Field(
        False,
        description="also replace issues that were edited after their import, or that were created in another way",
    )
    format: Format | None = Field(None, description="the format of the files; default: detected")
    since: Day | None = Field(None, description="import only issues of this day or later")
    limit: Annotated[int, Field(ge=1, le=LARGEST_NUMBER)] | None = Field(
        None, description="import at most this many issues"
    )
    default_date: Day | None = Field(None, alias="date", description="the date of issues that have none")


class NoteDocument(BaseModel):
    """A decision that could be wrong (`doubt`), or text that is not in the issue (`left-out`)."""

    kind: str
    reason: str
    text: str
    place: int = Field(description="its line in the source, from 1; 0 if the source has no lines")
    confidence: float = Field(description="how likely it is that the decision is right, from 0 to 1")
    pointer: str = Field(description="what in the document it is about, as a JSON pointer")

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
    """The result for one issue."""

    number: int | None = Field(description="null if the issue would get the next free number, or is skipped")
    title: str
    status: Status
    reason: str | None = Field(description="why it was not imported, or was left as a draft")
    confidence: float = Field(description="how likely it is that the newsletter was read correctly, from 0 to 1")
    notes: list[NoteDocument]
    document: dict[str, Any] | None = Field(description="in a dry run: the issue as `POST /issues` takes it")


class UnreadDocument(BaseModel):
    """A file, or a part of one, that was not imported."""

    name: str
    reason: str
    skipped: bool = Field(description="left out on purpose, not by an error")


class ImportResults(BaseModel):
    data: list[ImportedDocument] = Field(description="issues, in the order of import")
    failed: list[UnreadDocument]

    @staticmethod
    def json_of(outcomes: Iterable[Outcome], *, documents: bool) -> bytes:
        """The results as JSON. Each outcome is let go of before the next one, so that memory does not grow."""
        data: list[str] = []
        failed: list[str] = []
        for outcome in outcomes:
            if outcome.document:
                data.append(_of_issue(outcome, documents=documents).model_dump_json())
            else:
                failed.append(_of_unread(outcome).model_dump_json())
        return f'{{"data":[{",".join(data)}],"failed":[{",".join(failed)}]}}'.encode()


def _of_issue(outcome: Outcome, *, documents: bool) -> ImportedDocument:
    return ImportedDocument(
        number=outcome.number,
        title=outcome.name,
        status=outcome.status,
        reason=outcome.reason,
        confidence=outcome.confidence,
        notes=[NoteDocument.of(note) for note in outcome.notes],
        document=dict(outcome.document) if documents else None,
    )


def _of_unread(outcome: Outcome) -> UnreadDocument:
    return UnreadDocument(name=outcome.name, reason=outcome.reason or "", skipped=outcome.status == "skipped")
