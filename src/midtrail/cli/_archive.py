"""`midtrail archive`, `restore` and `verify`: years of logs in a folder, and back out of it, byte for byte."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from midtrail.cli import _common
from midtrail.cli._common import Host, Tz, Year
from midtrail.errors import UsageError
from midtrail.progress import bar
from midtrail.text import shown

if TYPE_CHECKING:
    from midtrail.archive.restoring import Checked
    from midtrail.lines import Problem

HELP = """Keep logs in a folder that is smaller than their gzip, and gives every byte of them back.

Run it again, with the same files and more: only what is new is added, in whatever order it comes. Content decides, not
the name: files that grew, that were renamed or compressed meanwhile, or that overlap. It can be killed at any moment:
each batch takes effect whole or not at all, and the next run goes on. Others can read meanwhile.

--drop-before drops files whose last line is older (files with later lines stay whole); --compact merges the many small
files that many small additions leave. Both can be given with FILES, or without.

Examples:

  midtrail archive mail_logs/ -o archive/

  midtrail archive mail.current 'mail.@*.s.gz' -o archive/ --drop-before 2020-01-01

  midtrail archive -o archive/ --compact
"""

RESTORE_HELP = """Write the log files of an archive back, under their names, byte for byte.

Names never lead out of OUT, and nothing that lies there is overwritten. Of packed files and archives the plain content
is written; --gzip compresses all.

Examples:

  midtrail restore archive/ -o restored/

  midtrail restore archive/ -o restored/ --gzip
"""

VERIFY_HELP = """Print each file of an archive anew and compare it with the SHA-256 that was taken when it was read.

Exit status 1, and a line for each file, where one is not what it was.

Example:

  midtrail verify archive/
"""

_SPARE = 128 << 20  # bytes

Folder = Annotated[
    Path, typer.Option("--output", "-o", metavar="DIR", help="The archive; it is made if need be.")
]
Archive = Annotated[
    Path, typer.Argument(metavar="DIR", help="An archive made by `midtrail archive`.", show_default=False)
]


def add_to(app: typer.Typer) -> None:
    """Add the verbs to the command line."""
    app.command("archive", help=HELP)(archive)
    app.command("restore", help=RESTORE_HELP)(restore)
    app.command("verify", help=VERIFY_HELP)(verify)


def archive(
    output: Folder,
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILES...",
            help="Files, folders or globs of mail_logs; '-' is standard input.",
            show_default=False,
        ),
    ] = None,
    drop_before: Annotated[
        str | None,
        typer.Option(
            metavar="DATE", help="Drop files whose last line is older (ISO 8601; in their own clock)."
        ),
    ] = None,
    compact: Annotated[bool, typer.Option("--compact", help="Merge small files within the archive.")] = False,
    max_ratio: Annotated[
        float | None,
        typer.Option(
            metavar="N",
            help="Leave compressed data where it grows to more than N times its size (default 1000).",
            min=1,
        ),
    ] = None,
    tz: Tz = None,
    year: Year = None,
    host: Host = None,
) -> int:
    """Keep logs in a folder."""
    from midtrail.archive import archive as add  # noqa: PLC0415 - only for the verbs that need it
    from midtrail.native import give_memory_back  # noqa: PLC0415 - likewise

    if not files and drop_before is None and not compact:
        raise UsageError("Name the log files to archive, or give --drop-before DATE or --compact")
    problems: list[Problem] = []
    if files:
        give_memory_back(_SPARE)
        added = add(files, output, tz=tz, year=year, host=host, max_ratio=max_ratio)
        _say(
            f"{output}: {added.new} files new, {added.grown} grown, {added.known} known; {added.lines:,} lines added"
            + (
                f"; {added.reread} files read anew, whose appliance or clock is known now"
                if added.reread
                else ""
            )
        )
        problems = added.problems
    if drop_before is not None:
        _drop(output, drop_before)
    if compact:
        _compact(output)
    return _common.tell(problems)


def _drop(folder: Path, moment: str) -> None:
    from midtrail.archive import drop_before  # noqa: PLC0415 - only where it is used

    dropped = drop_before(folder, moment)
    _say(f"{folder}: {dropped.files} of {dropped.of} files dropped, with {dropped.lines:,} lines")


def _compact(folder: Path) -> None:
    from midtrail.archive.keeping import compact  # noqa: PLC0415 - only where it is used

    done = compact(folder)
    _say(f"{folder}: {done.before} Parquet files before, {done.after} now")


def _say(message: str) -> None:
    print(f"midtrail: {shown(message)}", file=sys.stderr)


def restore(
    folder: Archive,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="OUT", help="The folder to write the files into.")
    ],
    compress: Annotated[bool, typer.Option("--gzip", help="Compress each file.")] = False,
) -> int:
    """Write the log files of an archive back."""
    from midtrail.archive import restoring  # noqa: PLC0415 - only for the verbs that need it
    from midtrail.archive.snapshot import Snapshot  # noqa: PLC0415 - likewise

    snapshot = Snapshot.open(folder)
    with bar(sum(file.size for file in snapshot.files), "restoring") as advance:
        return _told(
            list(restoring.restore(snapshot, output, compress=compress, on_bytes=advance)), "restored"
        )


def verify(folder: Archive) -> int:
    """Check every file of an archive."""
    from midtrail.archive import restoring  # noqa: PLC0415 - only for the verbs that need it
    from midtrail.archive.snapshot import Snapshot  # noqa: PLC0415 - likewise

    snapshot = Snapshot.open(folder)
    with bar(sum(file.size for file in snapshot.files), "verifying") as advance:
        return _told(list(restoring.verify(snapshot, advance)), "as they were read")


def _told(checked: "list[Checked]", done: str) -> int:
    """Tell what is wrong with files, if anything, and how many are right."""
    wrong = [one for one in checked if one.problem is not None]
    for one in wrong:
        _say(
            f"{one.file.source}: this file {one.problem}; take the archive from a backup, or archive it anew"
        )
    size = sum(one.file.size for one in checked if one.problem is None)
    _say(f"{len(checked) - len(wrong)} of {len(checked)} files {done} ({size:,} bytes)")
    return 1 if wrong else 0
