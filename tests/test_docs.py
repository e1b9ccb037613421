"""The pages of the documentation show what the commands print."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"^```console\n(.*?)^```", re.DOTALL | re.MULTILINE)


def examples() -> list[tuple[str, str]]:
    """Return each command that the page of questions shows, and what stands below it."""
    found: list[tuple[str, str]] = []
    page = (ROOT / "docs" / "questions.md").read_text("utf-8")
    for block in BLOCK.findall(page):
        for example in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, printed = example.partition("\n")
            found.append((command, printed))
    return found


@pytest.mark.parametrize(("command", "printed"), examples(), ids=[command for command, _ in examples()])
def test_what_the_page_of_questions_shows(command: str, printed: str) -> None:
    """Each command prints what the page says, on a terminal's 80 columns."""
    bin_ = Path(sys.executable).parent
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        env={**os.environ, "COLUMNS": "80", "PATH": f"{bin_}{os.pathsep}{os.environ['PATH']}"},
    )
    assert done.stdout.decode() == printed
