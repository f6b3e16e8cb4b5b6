"""Reading in a process of its own, and what stops it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.newsletters.document import IssueRead
from app.newsletters.files import File
from app.newsletters.left_out import LeftOut
from app.newsletters.loading import load_files, load_paths
from app.newsletters.sandbox import reader as module
from app.newsletters.sandbox.protocol import Job
from app.newsletters.sandbox.reader import FROM_COMMAND_LINE, Limits, Reader, ReaderDied, Stopped, read_paths
from tests.processes import is_running, on_linux
from tests.waiting import until

SLOW = b"<html>" + b"<img src=x alt=y>" * 60_000
"""Takes about three seconds, and is within all limits of HTML. The least limit on CPU time is reached in one to two."""
LARGE = b"# T\n\n" + (b"~~a" * 30_000 + b"\n\n") * 10
"""Takes 250 MB of memory, and is within all limits of Markdown."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no limits")


def letter(number: int) -> str:
    return (
        f"# Clay Letter #{number}: Kilns\n\n{number} January 2025\n\n## Research\n\n"
        f"- [A kiln](https://example.org/kiln/{number}) – Four potters and *one* small network.\n"
    )


@pytest.fixture
def letters(tmp_path: Path) -> list[str]:
    paths = []
    for number in (1, 2, 3):
        file = tmp_path / f"{number}.md"
        file.write_text(letter(number))
        paths.append(str(file))
    return [*paths, str(tmp_path / "nowhere.md")]


def read(paths: list[str], limits: Limits = FROM_COMMAND_LINE, stdin: bytes | None = None) -> list[IssueRead | LeftOut]:
    return list(read_paths(paths, stdin, format=None, everything=False, limits=limits))


def shown(found: list[IssueRead | LeftOut]) -> list[str | int | None]:
    return [each.reason if isinstance(each, LeftOut) else each.number for each in found]


def job(*contents: bytes, seconds: int = 30) -> Job:
    return Job(seconds, files=tuple(File(f"{place}.html", data) for place, data in enumerate(contents)))


def test_it_gives_what_reading_here_gives(letters: list[str]) -> None:
    assert read([*letters, "-"], stdin=b"text of mine") == list(load_paths([*letters, "-"], b"text of mine"))


def test_a_process_reads_one_job_after_the_other() -> None:
    with Reader(FROM_COMMAND_LINE) as reader:
        first = [len(list(reader.read(job(b"<p>a text</p>")))) for _ in range(3)]
        assert first == [1, 1, 1]
        assert reader.is_usable
        assert 20_000_000 < reader.peak < 150_000_000
    assert not reader.is_usable


@pytest.mark.parametrize(
    ("limits", "beyond", "said"),
    [
        (
            replace(FROM_COMMAND_LINE, seconds=1),
            {"2.html": SLOW, "3.html": SLOW},
            "more than 1 seconds of computing",
        ),
        (replace(FROM_COMMAND_LINE, memory=280_000_000), {"2.md": LARGE}, "memory to read"),
    ],
    ids=["seconds", "memory"],
)
def test_a_file_that_reaches_a_limit_is_named_and_does_not_stop_the_others(
    tmp_path: Path, limits: Limits, beyond: dict[str, bytes], said: str
) -> None:
    (tmp_path / "1.md").write_text(letter(1))
    for name, data in beyond.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "4.md").write_text(letter(4))
    first, *left_out, last = read([str(tmp_path)], limits)
    assert shown([first, last]) == [1, 4]
    assert [each.what for each in left_out if isinstance(each, LeftOut)] == [f"{tmp_path}/{name}" for name in beyond]
    for each in left_out:
        assert isinstance(each, LeftOut)
        assert each.is_error
        assert said in each.reason
        assert "split it" in each.reason


def test_an_archive_may_take_longer_than_each_of_its_files(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"{number}.html").write_bytes(SLOW[: len(SLOW) // 5])
    reasons = map(str, shown(read([str(tmp_path)], replace(FROM_COMMAND_LINE, seconds=2))))
    assert ["paragraphs and list items" in reason for reason in reasons] == [True] * 5


def test_a_deadline_ends_it_whatever_it_does() -> None:
    reader = Reader(replace(FROM_COMMAND_LINE, deadline=0.05))
    with pytest.raises(Stopped, match="more than 0 seconds to read"):
        list(reader.read(job(SLOW)))
    assert not reader.is_usable


def test_a_process_that_ends_before_it_begins_is_reported(letters: list[str]) -> None:
    with pytest.raises(ReaderDied, match="run the command again"):
        read(letters, replace(FROM_COMMAND_LINE, memory=1_000_000))


def test_what_is_too_large_to_be_sent_is_not_taken() -> None:
    text = b"<p>" + b"A text of some length. " * 4_000
    for limits in (replace(FROM_COMMAND_LINE, largest=10_000), replace(FROM_COMMAND_LINE, total=150_000)):
        reader = Reader(limits)
        with pytest.raises(Stopped, match="what was read has more than 0 MB") as stopped:
            list(reader.read(job(text, text, text)))
        assert stopped.value.name == ("0.html" if limits.total is None else "1.html")
        assert not reader.is_usable


def test_all_of_a_job_has_one_time_unless_each_file_has_its_own() -> None:
    reader = Reader(FROM_COMMAND_LINE)
    with pytest.raises(Stopped, match="computing") as stopped:
        list(reader.read(job(SLOW, b"<p>a</p>", seconds=1)))
    assert stopped.value.name == "0.html"


@pytest.fixture
def reader() -> Iterator[Reader]:
    with Reader(FROM_COMMAND_LINE) as reader:
        yield reader


def process_of(reader: Reader) -> subprocess.Popen[bytes]:
    reader.start()
    assert reader._process is not None
    return reader._process


@on_linux
def test_it_ends_with_the_process_that_started_it() -> None:
    script = (
        "import os; from app.newsletters.sandbox.reader import *; from app.newsletters.sandbox.protocol import Job\n"
        "from app.newsletters.files import File\n"
        "reader = Reader(FROM_COMMAND_LINE); reader.start()\n"
        "reader._send(Job(50, files=(File('a.html', b'<html>' + b'<img src=x alt=y>' * 60_000),)))\n"
        "print(reader._process.pid, flush=True); os.kill(os.getpid(), 9)"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert ended.returncode == -signal.SIGKILL
    until(lambda: not is_running(int(ended.stdout)))


@on_linux
def test_it_has_no_files_sockets_or_secrets_of_this_process(
    reader: Reader, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LC_TIME", "C")
    for name in ("MASTHEAD_SECRET_KEYS", "PGPASSWORD", "AWS_SECRET_ACCESS_KEY", "MY_PATH", "DATABASE_URL"):
        monkeypatch.setenv(name, "a secret")
    with (tmp_path / "masthead.db").open("w") as file:
        os.set_inheritable(file.fileno(), True)
        pid = process_of(reader).pid
        list(reader.read(job(b"<p>text</p>")))
        environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        assert not [each for each in environment if each.endswith(b"=a secret")]
        assert b"LC_TIME=C" in environment
        opened = [os.readlink(each) for each in Path(f"/proc/{pid}/fd").iterdir()]
        assert not [each for each in opened if "masthead.db" in each or each.startswith("socket:")]


def test_modules_are_not_imported_from_a_folder_of_newsletters(
    reader: Reader, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "email.py").write_text("raise SystemExit('the wrong module')")
    monkeypatch.chdir(tmp_path)
    assert len(list(reader.read(job(b"<p>text</p>")))) == 1


@on_linux
def test_one_that_is_not_read_to_its_end_is_ended(reader: Reader) -> None:
    found = reader.read(job(b"<p>a</p>", b"<p>b</p>", SLOW))
    next(found)
    found.close()  # type: ignore[attr-defined]
    assert not reader.is_usable
    pid = process_of(reader).pid
    until(lambda: not is_running(pid))


def test_killed_by_another_thread_it_says_so(reader: Reader) -> None:
    process = process_of(reader)
    process.kill()
    with pytest.raises(Stopped):
        list(reader.read(job(b"<p>text</p>")))


@pytest.mark.parametrize("message", [b"?\0\0\0\0", b"B\0\0\0\6x 7.md", b".\0\0\0\1x", b".\0\0\0\0"])
def test_a_process_that_sends_something_else_is_ended(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, message: bytes
) -> None:
    (tmp_path / "sitecustomize.py").write_text(f"import os; os.write(1, {message!r})")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    reader = Reader(FROM_COMMAND_LINE)
    with pytest.raises(Stopped, match="something other than an issue"):
        list(reader.read(job(b"<p>text</p>")))
    assert not reader.is_usable


def test_a_library_that_prints_does_no_harm(tmp_path: Path) -> None:
    """Standard output is what the answers go through."""
    (tmp_path / "sitecustomize.py").write_text(
        "import app.newsletters.formats.html as h\nread = h.read\n"
        "def talkative(*a):\n    print('hello')\n    import os; os.write(1, b'hello')\n    return read(*a)\n"
        "h.read = talkative\n"
    )
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{Path(module.__file__).parents[3]}"}
    script = (
        "from tests.newsletters.sandbox.test_reader import *\n"
        "with Reader(FROM_COMMAND_LINE) as r: print(len(list(r.read(job(b'<p>text</p>')))))"
    )
    ended = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True)
    assert ended.stdout.strip() == "1"
    assert "hello" in ended.stderr


def test_running_out_of_memory_while_reading_is_reported() -> None:
    class Full(bytes):
        def strip(self, *_: object) -> bytes:
            raise MemoryError

    (found,) = load_files([File("a.html", Full(b"x"))])
    assert isinstance(found, LeftOut)
    assert found.reason == "it takes too much memory to read: split it, or import its issues one by one"
