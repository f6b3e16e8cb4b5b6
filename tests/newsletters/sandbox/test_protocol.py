"""What a process that reads files may send to the one that started it."""

import builtins
import os
import pickle
import pickletools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from app.newsletters.document import Doubt, IssueRead, ItemRead, SectionRead
from app.newsletters.left_out import LeftOut
from app.newsletters.sandbox.protocol import Job, load
from app.newsletters.sandbox.reader import FROM_COMMAND_LINE, read_paths
from app.settings import Settings

ISSUE = IssueRead(
    "a.md",
    "Kilns",
    7,
    datetime(2025, 1, 7, 12, tzinfo=timezone(timedelta(hours=1), "CET")),
    image={"url": "https://example.org/a.png"},
    sections=[
        SectionRead("Research", items=[ItemRead("A kiln", sponsored=True, extra={"label": "video"})]),
        SectionRead("More", sections=[SectionRead("Within", published) for published in ("a", None)]),
    ],
    notes=[Doubt("Kilns", "no date", 1, 0.5, "/title"), LeftOut("Unsubscribe", "small print", 9)],
)


class Calling:
    """Is pickled as a call."""

    def __init__(self, what: Callable[..., Any], *given: object) -> None:
        self.call = what, given

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[object, ...]]:
        return self.call


@pytest.mark.parametrize(
    "sent",
    [
        ISSUE,
        IssueRead("b", "T", published_at=datetime(2025, 1, 7, tzinfo=UTC)),
        LeftOut("a\udcff.md", "a hidden file"),
        LeftOut("b.pdf", "PDF", is_error=True),
    ],
)
@pytest.mark.parametrize("protocol", [pickle.DEFAULT_PROTOCOL, pickle.HIGHEST_PROTOCOL])
def test_issues_and_what_is_left_out_arrive_as_they_were(sent: object, protocol: int) -> None:
    assert load(pickle.dumps(sent, protocol)) == sent


def of_classes(target: type, attributes: dict[str, object]) -> bytes:
    """A pickle that sets attributes of a class."""
    start = b"\x80\x04" + f"c{target.__module__}\n{target.__qualname__}\n".encode() + b"N"
    return start + pickle.dumps(attributes, 2)[2:-1] + b"\x86b."


@pytest.mark.parametrize(
    "content",
    [
        *(
            pickle.dumps(each)
            for each in (os.system, Settings, eval, getattr, Path("a"), Job(1), IssueRead, 7, "a", [ISSUE])
        ),
        pickle.dumps(Calling(os.system, "exit 1")),
        pickle.dumps(Calling(builtins.eval, "1 / 0")),
        pickle.dumps(Calling(IssueRead)),
        pickle.dumps(IssueRead("a", Calling(os.getpid))),  # type: ignore[arg-type]
        b"cos\nsystem\n(S'exit 1'\ntR.",
        b"capp.newsletters.sandbox.protocol\npickle.loads\n.",
        *(of_classes(each, {"what": 1, "title": 1}) for each in (IssueRead, SectionRead, ItemRead, Doubt, LeftOut)),
        pickle.dumps(ISSUE)[:-9],
        b"",
        b"x",
    ],
    ids=lambda content: repr(content[:60]),
)
def test_anything_else_is_refused(content: bytes) -> None:
    before = [dict(vars(each)) for each in (IssueRead, SectionRead, ItemRead, Doubt, LeftOut)]

    refused = load(content)

    assert isinstance(refused, LeftOut)
    assert refused.is_error
    assert "sent something other than an issue" in refused.reason
    assert [dict(vars(each)) for each in (IssueRead, SectionRead, ItemRead, Doubt, LeftOut)] == before


def test_what_is_named_is_not_even_imported() -> None:
    content = b"cthis\ns\n."
    assert [code.name for code, *_ in pickletools.genops(content)] == ["GLOBAL", "STOP"]

    assert isinstance(load(content), LeftOut)
    assert "this" not in __import__("sys").modules


def hostile_reader(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let every process that reads send, before what it reads, a pickle that would make the file that is returned."""
    made = folder / "made-by-a-pickle"
    (folder / "sitecustomize.py").write_text(
        "import os\n"
        "import app.newsletters.loading as loading\n"
        "class Hostile:\n"
        "    def __reduce__(self):\n"
        f"        return os.mkdir, ({str(made)!r},)\n"
        "def hostile(read):\n"
        "    def load(*given, **options):\n"
        "        yield Hostile()\n"
        "        yield from read(*given, **options)\n"
        "    return load\n"
        "loading.load_files, loading.load_paths = hostile(loading.load_files), hostile(loading.load_paths)\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(folder))
    return made


def test_it_is_an_error_among_what_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = hostile_reader(tmp_path, monkeypatch)
    file = tmp_path / "a.md"
    file.write_text("# Clay Letter #7\n\nA text.\n")

    refused, read = read_paths([str(file)], None, format=None, everything=False, limits=FROM_COMMAND_LINE)

    assert isinstance(refused, LeftOut)
    assert refused.is_error
    assert isinstance(read, IssueRead)
    assert not made.exists()
