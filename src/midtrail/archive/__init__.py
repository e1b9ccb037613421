"""The archive: years of logs on disk, with their messages kept up to date.

    import midtrail as mt

    mt.archive("mail_logs/", "archive/")

The module itself can be called so, as `archive` in it.
"""

import sys
from os import PathLike, sep
from os.path import realpath
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from midtrail.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from midtrail.archive.adding import Added
    from midtrail.archive.keeping import Dropped
    from midtrail.lines import Source, SourceFile
    from midtrail.moments import Moment

__all__ = ["archive", "drop_before"]


def archive(
    sources: "Source | Iterable[Source]",
    folder: str | Path,
    *,
    tz: str | None = None,
    year: int | None = None,
    host: str | None = None,
    max_ratio: float | None = None,
    progress: bool | None = None,
) -> "Added":
    """Add log files to the archive in a folder, which is made if need be, and return what became of them.

    Run again, it adds only what is new: content decides, not the name. Sources and options are those of
    `midtrail.read`; `max_ratio` tells how many times its size compressed data may grow, by default 1000.
    What lies in the archive's own folder is left out. Raises ArchiveError where the archive cannot be written,
    SourceError for what cannot be read at all, UsageError where a source is an archive itself.
    """
    from midtrail.archive.adding import MAX_RATIO, Watch, add  # noqa: PLC0415 - only where it is used
    from midtrail.archive.messages import update  # noqa: PLC0415 - likewise
    from midtrail.lines import ReadOptions, find_sources  # noqa: PLC0415 - likewise
    from midtrail.progress import line_bar  # noqa: PLC0415 - likewise

    ratio = MAX_RATIO if max_ratio is None else max_ratio
    if not ratio >= 1:  # neither is what is no number
        raise UsageError(f"--max-ratio {ratio} is no limit: give a number from 1 on, as 1000")
    files = _outside(find_sources(_no_archives(sources)), Path(folder))
    options = ReadOptions(tz=tz, year=year, host=host)
    with line_bar(sum(file.size or 0 for file in files), "archiving", wanted=progress) as told:
        return add(Path(folder), files, options, update=update, watch=Watch(*told), max_ratio=ratio)


def _no_archives(sources: "Source | Iterable[Source]") -> "list[Any]":
    from midtrail.archive.commits import is_archive  # noqa: PLC0415 - only where it is used

    listed: list[Any] = (
        [sources] if isinstance(sources, str | PathLike) or hasattr(sources, "read") else [*sources]
    )
    for source in listed:
        if isinstance(source, str | PathLike) and is_archive(Path(source)):
            raise UsageError(
                f"{source} is an archive, not log files: `midtrail restore` writes the files of an archive"
            )
    return listed


def _outside(files: "list[SourceFile]", folder: Path) -> "list[SourceFile]":
    """Return the files that do not lie in a folder."""
    inside = f"{folder.resolve()}{sep}"
    found = [file for file in files if file.path is None or not realpath(file.path).startswith(inside)]
    if files and not found:
        raise UsageError(f"{folder} is where the archive is written: name log files that lie elsewhere")
    return found


def drop_before(folder: str | Path, moment: "Moment") -> "Dropped":
    """Drop the files whose last line is older than a moment from an archive, and return how many these were.

    A moment without a zone is told in each file's own clock. A file that has later lines stays whole, as does
    one that has no times. Raises UsageError for what is no time, ArchiveError as `archive` does.
    """
    from midtrail.archive import keeping  # noqa: PLC0415 - only where it is used
    from midtrail.archive.messages import update  # noqa: PLC0415 - likewise

    return keeping.drop_before(Path(folder), moment, update)


class _Callable(ModuleType):
    def __call__(self, *sources: Any, **options: Any) -> "Added":
        return archive(*sources, **options)


sys.modules[__name__].__class__ = _Callable
