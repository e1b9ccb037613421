"""What the verbs share: their options, the progress bar, and how they end."""

import io
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from midtrail.errors import UsageError
from midtrail.text import shown

if TYPE_CHECKING:
    from midtrail.lines import Problem, ReadOptions

Files = Annotated[
    list[str],
    typer.Argument(
        metavar="FILES...",
        help="Files, folders or globs of mail_logs; '-' is standard input.",
        show_default=False,
    ),
]
Tz = Annotated[
    str | None,
    typer.Option(
        metavar="ZONE",
        help="The appliance's clock where no log-file header tells it: Europe/Zurich, UTC-5 or -05:00.",
    ),
]
Year = Annotated[
    int | None, typer.Option(metavar="YYYY", help="The year of the first line of a syslog without years.")
]
Host = Annotated[str | None, typer.Option(metavar="NAME", help="The appliance of lines that name none.")]
Since = Annotated[
    str | None,
    typer.Option(
        metavar="TIME", help="From this time on (ISO 8601; in the appliance's clock unless it names a zone)."
    ),
]
Until = Annotated[str | None, typer.Option(metavar="TIME", help="Before this time.")]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="OUT", help="Write there instead of to standard output."),
]

STDIN = "-"  # standard output too


def options(tz: str | None, year: int | None, host: str | None) -> "ReadOptions":
    """Return how the lines are to be read."""
    from midtrail.lines import ReadOptions  # noqa: PLC0415 - nothing of it for the help

    return ReadOptions(tz=tz, year=year, host=host)


def tell(problems: list["Problem"]) -> int:
    """Tell on stderr what could not be read whole, and return the exit status."""
    for problem in problems:
        print(f"midtrail: {shown(problem.source)}: {problem.message}", file=sys.stderr)
    return 1 if problems else 0


def folder(path: Path | None, what: str) -> Path:
    """Return the folder that Parquet is written to. Raises UsageError, before anything is read, where it cannot be."""
    if path is None or str(path) == STDIN:
        raise UsageError(f"--format parquet writes {what}: name a folder with -o FOLDER")
    if path.exists() and not path.is_dir():
        raise UsageError(f"{path} is a file: --format parquet writes a folder; give -o another name")
    return path


@contextmanager
def opened(path: Path | None) -> Iterator[IO[str]]:
    """Give standard output, or a file that takes its name only when it is whole, as text.

    A device or a pipe is written to as it is, never replaced, and of a link the file behind it.
    """
    if _is_stdout(path):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")  # type: ignore[union-attr]  # a real stream from the command line
        yield sys.stdout
        return
    with (
        opened_bytes(path) as binary,
        io.TextIOWrapper(binary, encoding="utf-8", errors="backslashreplace", newline="") as file,
    ):
        yield file


@contextmanager
def opened_bytes(path: Path | None) -> Iterator[IO[bytes]]:
    """Give the same as `opened` for bytes."""
    if path is None or _is_stdout(path):
        yield sys.stdout.buffer
        return
    if path.is_dir():
        raise UsageError(f"{path} is a folder: give -o the name of a file")
    if not path.absolute().parent.is_dir():
        raise UsageError(f"{path.absolute().parent}: no such folder; make it first, or give -o another name")
    if path.exists() and not path.is_file():
        with path.open("wb") as file:
            yield file
        return
    path = path.resolve()
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        mask = os.umask(0)
        os.umask(mask)
        Path(name).chmod(0o666 & ~mask)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def safe(lines: Iterable[str], file: IO[str]) -> Iterable[str]:
    """Return lines that hold values as they are, such as CSV, in a way that a file which is a terminal does not obey."""
    return map(for_terminal, lines) if file.isatty() else lines


def safe_json(lines: Iterable[str], file: IO[str]) -> Iterable[str]:
    """Return lines of JSON, for a terminal with JSON's own escapes for what is not printable."""
    return map(json_for_terminal, lines) if file.isatty() else lines


def json_for_terminal(text: str) -> str:
    """Return JSON in which all but line ends is printable."""
    return text if text.isascii() and "\x7f" not in text else "".join(map(_json_visible, text))


def _json_visible(character: str) -> str:
    if character.isprintable() or character == "\n":
        return character
    import json  # noqa: PLC0415 - only where it is written

    return json.dumps(character)[1:-1] if character > "\x7f" else f"\\u{ord(character):04x}"


def for_terminal(text: str) -> str:
    """Return text that a terminal does not obey: what is not printable as an escape, but for tabs and line ends."""
    lines = (line.removesuffix("\r").split("\t") for line in text.split("\n"))
    return "\n".join("\t".join(map(shown, parts)) for parts in lines)


def _is_stdout(path: Path | None) -> bool:
    if path is not None and str(path) != STDIN:
        return False
    if sys.stdout is None:
        raise UsageError("Standard output is closed: give -o the name of a file")
    return True
