"""The command line as a user runs it."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]
ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="session")
def midtrail() -> Run:
    """Run the installed command in the repository's folder, and return how it ended."""

    def run(
        *arguments: str, data: bytes | None = None, env: Mapping[str, str] | None = None
    ) -> "subprocess.CompletedProcess[str]":
        done = subprocess.run(
            [sys.executable, "-m", "midtrail", *arguments], cwd=ROOT, input=data or b"", capture_output=True, check=False,
            env={**os.environ, "COLUMNS": "80", **(env or {})},
        )  # fmt: skip
        return subprocess.CompletedProcess(
            done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
        )

    return run
