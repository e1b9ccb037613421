"""The stories of `stories/*.txt`: native lines, and what becomes of each message, side by side.

A story is `## name: what it promises`, lines `[+DAYS ]HH:MM:SS TEXT`, and what they mean: `= MIDs: Last State,
marks`, then `= MID/RID recipient: state < the line that decided`. To add one, write one.
"""

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

Lines = list[str]
_FOLDER = Path(__file__).parent / "stories"
_SHORTEST = 19  # characters of `Mon Sep 13 23:38:03`, by which lines of one second are found


class Story(NamedTuple):
    """Some lines, and what they mean."""

    name: str
    log: Lines
    told: Lines


def _stories() -> Iterator[Story]:
    for path in sorted(_FOLDER.glob("*.txt")):
        for part in path.read_text().split("\n## ")[1:]:
            title, *rest = part.split("\n")
            log = [line for line in rest if line and not line.startswith("=")]
            told = [line.removeprefix("= ") for line in rest if line.startswith("= ")]
            yield Story(f"{path.stem}-{title.split(':')[0]}", log, told)


STORIES = list(_stories())


def _as_they_are(lines: Lines) -> dict[str, Lines]:
    return {"a.log": lines}


def _shuffled(lines: Lines) -> dict[str, Lines]:
    order = random.Random(len(lines))  # noqa: S311 - the same shuffle each time
    return {
        "a.log": sorted(order.sample(lines, len(lines)), key=lambda line: (line[20:24], line[:_SHORTEST]))
    }


def _reversed(lines: Lines) -> dict[str, Lines]:
    return {"a.log": lines[::-1]}


def _dealt(lines: Lines) -> dict[str, Lines]:
    return {"a.log": lines[1::2], "b.log": lines[::2]}


def _twice(lines: Lines) -> dict[str, Lines]:
    return {"a.log": lines, "b.log": lines}


def _overlapping(lines: Lines) -> dict[str, Lines]:
    third = len(lines) // 3
    return {"a.log": lines[third:], "b.log": lines[: len(lines) - third]}


WAYS: list[Callable[[Lines], dict[str, Lines]]] = [
    _as_they_are,
    _shuffled,
    _reversed,
    _dealt,
    _twice,
    _overlapping,
]


@pytest.fixture(scope="module", params=WAYS, ids=lambda way: str(way.__name__).strip("_"))
def tracked(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    as_lines: Callable[[str], str],
    track_files: Callable[[Path], Any],
) -> Any:
    """Return all stories, each on its own appliance, tracked in one of the ways in which files may come."""
    folder = tmp_path_factory.mktemp("stories")
    for story in STORIES:
        (folder / story.name).mkdir()
        for name, lines in request.param([as_lines(line) for line in story.log]).items():
            text = "".join(f"{line}\n" for line in lines)
            (folder / story.name / name).write_text(text)
    return track_files(folder)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_story(tracked: Any, story: Story) -> None:
    """Each story comes out the same, however its lines are ordered, dealt to files or repeated."""
    assert tracked.told(story.name) == story.told
