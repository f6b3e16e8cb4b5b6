"""Reading in a second process, while this one writes."""

from pathlib import Path

import pytest

from app.content import markdown
from app.transfer import ahead
from app.transfer.opening import from_paths
from app.transfer.reading.result import IssueRead


@pytest.fixture
def letters(tmp_path: Path) -> list[str]:
    paths = []
    for number in (1, 2, 3):
        file = tmp_path / f"{number}.md"
        file.write_text(
            f"# Clay Letter #{number}: Kilns\n\n{number} January 2025\n\n## Research\n\n"
            f"- [A kiln](https://example.org/kiln/{number}) – Four potters and *one* small network.\n"
        )
        paths.append(str(file))
    return [*paths, str(tmp_path / "nowhere.md")]


def test_it_gives_what_reading_here_gives(letters: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    here = list(from_paths(letters, None, format=None, everything=False))
    monkeypatch.setattr(ahead, "is_worthwhile", lambda *_: True)

    assert list(ahead.read_ahead(letters, None, format=None, everything=False)) == here


def test_texts_come_rendered(letters: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "is_worthwhile", lambda *_: True)
    found = ahead.read_ahead(letters, None, format=None, everything=False)
    first = next(found)
    assert isinstance(first, IssueRead)
    body = first.sections[0].items[0].body
    expected = markdown.to_html(body)

    monkeypatch.setattr(markdown, "_cleaner", None)
    assert markdown.to_html(body) == expected

    monkeypatch.undo()
    markdown.expect({})
    assert markdown.to_html(body) == expected
    found.close()


def test_it_is_begun_only_where_there_is_much_to_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.md").write_bytes(b"x" * ahead.WORTHWHILE)
    (tmp_path / "b.md").write_text("x")

    assert ahead.is_worthwhile([str(tmp_path / "b.md"), str(tmp_path)], None)
    assert ahead.is_worthwhile(["-"], b"x" * ahead.WORTHWHILE)
    assert not ahead.is_worthwhile([str(tmp_path / "b.md"), "-", str(tmp_path / "nowhere")], b"x")
