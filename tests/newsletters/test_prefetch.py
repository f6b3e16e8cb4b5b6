"""Reading in a second process, while this one writes."""

from pathlib import Path

import pytest

from app.newsletters import prefetch as module
from app.newsletters.loading import load_paths
from app.newsletters.prefetch import is_worthwhile, prefetch


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
    here = list(load_paths(letters))
    monkeypatch.setattr(module, "is_worthwhile", lambda *_: True)

    assert list(prefetch(letters, None, format=None, everything=False)) == here


def test_it_is_begun_only_where_there_is_much_to_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.md").write_bytes(b"x" * module.WORTHWHILE)
    (tmp_path / "b.md").write_text("x")

    assert is_worthwhile([str(tmp_path / "b.md"), str(tmp_path)], None)
    assert is_worthwhile(["-"], b"x" * module.WORTHWHILE)
    assert not is_worthwhile([str(tmp_path / "b.md"), "-", str(tmp_path / "nowhere")], b"x")


def test_what_cannot_be_looked_at_counts_for_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    (tmp_path / "loop").symlink_to(tmp_path / "loop")

    assert not is_worthwhile(["a" * 5_000, "", str(tmp_path)], None)


def test_a_folder_is_looked_through_no_further_than_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setattr(module, "MOST_IN_FOLDER", 3)
    for number in range(3):
        (tmp_path / f"folder{number}" / "a.md").parent.mkdir()
        (tmp_path / f"folder{number}" / "a.md").write_bytes(b"x" * module.WORTHWHILE)

    assert not is_worthwhile([str(tmp_path)], None)
