"""Opening files, folders and zips that nobody has looked at."""

import os
import stat
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from app.newsletters import files, zip_directory, zips
from app.newsletters.files import Export, File, Opened, open_paths, unpack
from app.newsletters.left_out import LeftOut, Unreadable


def a_zip(path: Path, **members: bytes | str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def found(*paths: Path) -> list[tuple[str, bytes | str]]:
    """The last part of each name, and what is in it or why it is not read."""
    return [shown(each) for each in open_paths(paths)]


def shown(each: Opened) -> tuple[str, bytes | str]:
    match each:
        case LeftOut():
            return Path(each.what).name, each.reason
        case File():
            return Path(each.name).name, each.data
    return Path(each.name).name, "export"


def test_files_come_in_the_order_in_which_they_are_named(tmp_path: Path) -> None:
    for name in ("b.md", "a.md"):
        (tmp_path / name).write_text(name)
    assert found(tmp_path / "b.md", tmp_path / "a.md") == [("b.md", b"b.md"), ("a.md", b"a.md")]


def test_a_folder_is_read_by_name_and_to_its_depth(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    for name in ("c.md", "b/2.html", "a.eml", ".hidden.md", "logo.png"):
        (tmp_path / name).write_text(name)
    (tmp_path / "z.md").symlink_to(tmp_path / "a.eml")
    read = list(open_paths([tmp_path]))
    assert [Path(each.name).name for each in read if isinstance(each, File)] == ["a.eml", "2.html", "c.md"]
    assert [(Path(each.what).name, each.is_error) for each in read if isinstance(each, LeftOut)] == [
        (".hidden.md", False),
        ("logo.png", False),
        ("z.md", False),
    ]


def test_what_is_named_is_read_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / "issue").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "issue")
    assert found(tmp_path / "issue", tmp_path / "link") == [("issue", b"x"), ("link", b"x")]


def test_one_bad_file_does_not_stop_the_rest(tmp_path: Path) -> None:
    (tmp_path / "good.md").write_text("x")
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "bad.zip").write_bytes(b"PK\x03\x04 and no more")
    read = found(tmp_path / "gone.md", tmp_path / "bad.zip", tmp_path / "pipe.md", Path("a\0b"), tmp_path / "good.md")
    assert [reason for _, reason in read] == [
        "No such file or directory",
        "this zip is damaged: its end is missing. Download it again.",
        "it is a pipe, a socket or a device, not a file",
        "embedded null byte",
        b"x",
    ]


def test_a_device_is_not_read() -> None:
    assert found(Path("/dev/zero")) == [("zero", "it is a pipe, a socket or a device, not a file")]


def test_what_says_that_it_is_a_file_and_has_nothing_to_read_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "log")
    writer = os.open(tmp_path / "log", os.O_RDWR)
    monkeypatch.setattr(stat, "S_ISREG", lambda _: True)
    read = found(tmp_path / "log")
    os.close(writer)
    assert read == [("log", "it is a pipe, a socket or a device, not a file")]


def test_what_may_not_be_looked_at_does_not_stop_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "z.md").write_text("x")
    for _ in range(25):  # beyond what a path may have, which a superuser may not look at either
        os.mkdir("d" * 200)
        os.chdir("d" * 200)
    assert [reason for _, reason in found(tmp_path)] == ["File name too long", b"x"]


def test_an_empty_path_is_not_a_folder() -> None:
    assert list(open_paths([""])) == [LeftOut('""', "the path is empty; write . for the current folder", is_error=True)]


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with (tmp_path / "huge.md").open("wb") as stream:
        stream.truncate(2_000_000_000)
    assert found(tmp_path / "huge.md") == [("huge.md", "it has more than 50 MB, which is too large for a newsletter")]


def test_a_folder_has_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_IN_FOLDER", 2)
    for number in range(3):
        (tmp_path / f"{number}.md").write_text("x")
    assert "more than 2 files" in str(found(tmp_path)[-1][1])


def test_a_zip_is_read_by_name(tmp_path: Path) -> None:
    path = a_zip(tmp_path / "z.zip", **{"b.md": "B", "a/1.md": "A", "__MACOSX/b.md": "", "x.png": "", ".git/a.md": ""})
    read = list(open_paths([path]))
    assert [each.name for each in read if isinstance(each, File)] == [f"{path}/a/1.md", f"{path}/b.md"]
    assert sorted(each.what.removeprefix(f"{path}/") for each in read if isinstance(each, LeftOut)) == [
        ".git/a.md",
        "__MACOSX/b.md",
        "x.png",
    ]


def test_names_that_lead_out_of_a_zip_are_refused(tmp_path: Path) -> None:
    names = ["../a.md", "/etc/a.md", "a/../../b.md", "C:\\a.md", "\\\\host\\a.md", "..\\a.md"]
    path = a_zip(tmp_path / "z.zip", **dict.fromkeys(names, "x"))
    assert [reason for _, reason in found(path)] == ["its name leads out of the zip"] * len(names)


def test_links_passwords_and_zips_in_a_zip_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "z.zip"
    link = zipfile.ZipInfo("link.md")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
        archive.writestr("inner.zip", "x")
        archive.writestr("disguised.md", zips.MAGIC + b"x")
        archive.writestr("locked.md", "x")
        archive.getinfo("locked.md").flag_bits |= 1
    assert dict(found(path)) == {
        "link.md": "a symbolic link",
        "inner.zip": "a zip within a zip: unpack it first",
        "disguised.md": "a zip within a zip: unpack it first",
        "locked.md": "it needs a password: unpack it first",
    }


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = a_zip(tmp_path / "z.zip", **{"bomb.md": b"0" * 40_000_000, "good.md": "x"})
    assert found(path) == [
        ("bomb.md", "it is more than 200 times as large as in the zip, which no text is"),
        ("good.md", b"x"),
    ]


def test_a_size_that_the_header_does_not_tell_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LARGEST_FILE", 1_000)
    path = a_zip(tmp_path / "z.zip", **{"large.md": os.urandom(2_000).hex()})
    data = path.read_bytes()
    size = (4_000).to_bytes(4, "little")
    assert size in data
    path.write_bytes(data.replace(size, (10).to_bytes(4, "little")))
    ((_, reason),) = found(path)
    assert isinstance(reason, str)


def test_all_that_is_in_a_zip_has_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LARGEST_UNPACKED", 5)
    monkeypatch.setattr(files, "LARGEST_UPLOAD_UNPACKED", 3)
    path = a_zip(tmp_path / "z.zip", **{"1.md": "abc", "2.md": "def", "3.md": "g"})
    first, *others = [reason for _, reason in found(path)]
    assert first == b"abc"
    assert len(others) == 2
    assert all("the files in this zip have more than" in str(reason) for reason in others)
    sent = list(unpack(File("z.zip", path.read_bytes())))
    assert [isinstance(each, LeftOut) for each in sent] == [False, True, True]


def test_a_zip_of_too_many_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_directory, "MOST_MEMBERS", 2)
    path = a_zip(tmp_path / "z.zip", **{f"{number}.md": "x" for number in range(3)})
    assert found(path) == [("z.zip", "this zip has more than 2 files: import them in parts")]


def a_large_zip(path: Path, monkeypatch: pytest.MonkeyPatch, members: int, told: int) -> Path:
    """A zip in ZIP64, whose old record tells of another number of files."""
    with monkeypatch.context() as patched:
        patched.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 0)
        a_zip(path, **{f"{number}.md": "x" for number in range(members)})
    data = path.read_bytes()
    assert b"PK\x06\x06" in data
    end = data.rindex(b"PK\x05\x06")
    path.write_bytes(data[: end + 10] + told.to_bytes(2, "little") + data[end + 12 :])
    return path


def test_the_number_of_files_counts_that_the_zip_is_read_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_directory, "MOST_MEMBERS", 2)
    assert len(found(a_large_zip(tmp_path / "z.zip", monkeypatch, members=2, told=0xFFFF))) == 2
    assert found(a_large_zip(tmp_path / "z.zip", monkeypatch, members=3, told=1)) == [
        ("z.zip", "this zip has more than 2 files: import them in parts")
    ]


def test_a_zip_that_says_it_holds_less_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_directory, "MOST_MEMBERS", 2)
    path = a_zip(tmp_path / "z.zip", **{f"{number}.md": "x" for number in range(3)})
    data = path.read_bytes()
    end = data.rindex(b"PK\x05\x06")
    path.write_bytes(data[: end + 8] + b"\1\0\1\0" + data[end + 12 :])
    assert found(path) == [("z.zip", "this zip has more than 2 files: import them in parts")]


def test_an_empty_zip_is_reported(tmp_path: Path) -> None:
    path = a_zip(tmp_path / "z.zip")
    assert found(path) == [("z.zip", "this zip is empty")]
    assert list(unpack(File("z.zip", path.read_bytes()))) == [LeftOut("z.zip", "this zip is empty", is_error=True)]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_is_in_a_zip_many_times_is_reported_once(tmp_path: Path) -> None:
    path = tmp_path / "z.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(5):
            archive.writestr("a.md", str(number))
    assert found(path) == [("a.md", "the zip has several files of this name: only the first is read"), ("a.md", b"0")]


@pytest.mark.parametrize("member", ["[Content_Types].xml", "mimetype"])
def test_a_document_that_is_a_zip_is_recognized(tmp_path: Path, member: str) -> None:
    ((_, reason),) = found(a_zip(tmp_path / "a.docx", **{member: "x"}))
    assert "save it as" in str(reason)


@pytest.mark.parametrize("prefix", ["", "export/"])
def test_an_export_in_a_zip_is_one(tmp_path: Path, prefix: str) -> None:
    path = a_zip(tmp_path / "z.zip", **{f"{prefix}posts.csv": "table", f"{prefix}posts/1.a.html": "text"})
    (export,) = open_paths([path])
    assert isinstance(export, Export)
    assert export.files.names == ("posts.csv", "posts/1.a.html")
    assert not isinstance(export.files, zips.Zip)


def test_an_export_in_a_folder_is_one(tmp_path: Path) -> None:
    (tmp_path / "all/posts").mkdir(parents=True)
    (tmp_path / "all/posts.csv").write_text("table")
    (tmp_path / "all/posts/1.a.html").write_text("text")
    (tmp_path / "all/posts/2.b.html").symlink_to("/etc/passwd")
    (export,) = open_paths([tmp_path])
    assert isinstance(export, Export)
    assert export.files.names == ("posts.csv", "posts/1.a.html")
    assert export.files.read("posts/1.a.html") == b"text"
    with pytest.raises(Unreadable):
        export.files.read("../../secret")


def test_an_upload_is_opened_like_a_file() -> None:
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("a.md", "x")
    assert list(unpack(File("a.md", b"x"))) == [File("a.md", b"x")]
    assert list(unpack(File("z.zip", data.getvalue()))) == [File("z.zip/a.md", b"x")]
