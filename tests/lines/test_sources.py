"""Sources: from names to files."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from midtrail.errors import SourceError
from midtrail.lines import find_sources

if TYPE_CHECKING:
    from tests.lines.conftest import ReadAll, Write

    from midtrail.lines import Problem


def names(found: object) -> list[str]:
    """Give the bare names of files."""
    return [Path(file.source).name for file in find_sources(found)]  # type: ignore[arg-type]


def test_folders_are_searched_sorted_and_without_hidden_files(write: Write, tmp_path: Path) -> None:
    """A folder gives its files and those of its folders, by name; hidden ones are left out."""
    for name in ("b.log", "a/z.log", "a/.hidden", ".git/x.log", "c.log"):
        write(name, b"x\n")
    assert names(tmp_path) == ["z.log", "b.log", "c.log"]


def test_patterns(write: Write, tmp_path: Path) -> None:
    """A pattern gives the files that match, `**` those of any depth."""
    for name in ("b.log", "a/z.log", "a/y.txt"):
        write(name, b"x\n")
    assert names(str(tmp_path / "*.log")) == ["b.log"]
    assert names(str(tmp_path / "**" / "*.log")) == ["z.log", "b.log"]
    assert names(str(tmp_path / "*")) == ["y.txt", "z.log", "b.log"]


def test_a_real_name_with_brackets_is_no_pattern(write: Write) -> None:
    """A file whose name looks like a pattern is that file."""
    assert names(write("a[1].log", b"x\n")) == ["a[1].log"]


def test_each_real_file_is_read_once(write: Write, tmp_path: Path) -> None:
    """A file named twice, in its folder and by a link, is given once, under the first of its names."""
    path = write("a.log", b"x\n")
    (tmp_path / "b.log").symlink_to(path)
    assert names([path, str(tmp_path), str(tmp_path / "b.log")]) == ["a.log"]


def test_links_that_go_in_circles_end(write: Write, tmp_path: Path) -> None:
    """A folder linked into itself is entered once."""
    write("a/x.log", b"x\n")
    (tmp_path / "a" / "again").symlink_to(tmp_path)
    assert names(tmp_path / "a") == ["x.log"]


def test_a_link_to_nothing_in_a_folder_is_a_problem(write: Write, tmp_path: Path, read: ReadAll) -> None:
    """What a folder names and cannot be opened is told, and the rest is read."""
    write("a.log", b"x\n")
    (tmp_path / "gone.log").symlink_to(tmp_path / "nowhere")
    problems: list[Problem] = []
    assert [line.text for line in read(tmp_path, problems=problems)] == ["x"]
    assert [Path(problem.source).name for problem in problems] == ["gone.log"]
    assert "could not be opened" in problems[0].message


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("no/such.log", "cannot be read (No such file or directory)"),
        ("no/such*.log", "No file matches"),
        ("/dev/null", "is a device"),
        ("empty", "holds no files"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(
    source: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Missing files, patterns without match, devices and empty folders say what, why and what was expected."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError) as raised:
        find_sources(source)
    assert words in str(raised.value)
    assert source in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_no_rights(write: Write) -> None:
    """A named file without read rights is refused at once."""
    path = write("a.log", b"x\n")
    Path(path).chmod(0)
    with pytest.raises(SourceError, match="Permission denied"):
        find_sources(path)


def test_file_objects(write: Write, read: ReadAll) -> None:
    """An open binary file is read from where it stands, keeps its name and stays open; text files are refused."""
    path = write("a.log", b"one\ntwo\n")
    with Path(path).open("rb") as stream:
        stream.readline()
        assert [(line.source, line.offset, line.text) for line in read(stream)] == [(path, 0, "two")]
        assert not stream.closed
    assert [line.source for line in read(io.BytesIO(b"x"))] == ["<stream>"]
    with pytest.raises(SourceError, match="binary mode"):
        find_sources(io.StringIO("x"))
