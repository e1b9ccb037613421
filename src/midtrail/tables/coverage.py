"""What of a log was read: lines, events, and what was not recognised, file by file. The counts add up."""

from typing import NamedTuple

from midtrail.tables.store import Store

_HEADERS = ("logfile_begun", "logfile_version", "logfile_utc_offset")


class Counts(NamedTuple):
    """How many lines there are, and what became of them; `lines` is the sum of all others."""

    lines: int
    events: int
    headers: int
    blank: int
    continuation: int
    unrecognised: int

    @property
    def recognised(self) -> float:
        """The share of the lines with text that the grammar knows, from 0 to 1; 1 where there are none."""
        told = self.events + self.headers + self.unrecognised
        return 1.0 if told == 0 else 1 - self.unrecognised / told


class Coverage(NamedTuple):
    """The counts of a whole log, of each of its files, and of what does not hang together in it."""

    total: Counts
    files: dict[str, Counts]
    orphans: dict[str, int]

    def __str__(self) -> str:
        """Return a short table for people."""
        rows = [
            ("file", *Counts._fields),
            *((name, *map(str, counts)) for name, counts in self.files.items()),
        ]
        rows.append(("total", *map(str, self.total)))
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        lines = [
            "  ".join(
                cell.ljust(width) if not at else cell.rjust(width)
                for at, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
            for row in rows
        ]
        told = [f"recognised: {self.total.recognised:.2%} of the lines with text"]
        told += [f"{name.replace('_', ' ')}: {count}" for name, count in self.orphans.items() if count]
        return "\n".join([*lines, *told])


def coverage(store: Store, orphans: dict[str, int]) -> Coverage:
    """Return the counts of what the store holds; `orphans` is what tracking found to lack an end."""
    headers = ", ".join(f"'{kind}'" for kind in _HEADERS)
    rows = store.connection.execute(
        "SELECT source, count(*),"
        f" count(*) FILTER (kind NOT IN ('blank', 'continuation', 'unrecognised', {headers})),"
        f" count(*) FILTER (kind IN ({headers})), count(*) FILTER (kind = 'blank'),"
        " count(*) FILTER (kind = 'continuation'), count(*) FILTER (kind = 'unrecognised')"
        " FROM spine GROUP BY source ORDER BY min(seq)"
    ).fetchall()
    files = {row[0]: Counts(*row[1:]) for row in rows}
    return Coverage(
        Counts(*(sum(column) for column in zip(*files.values(), strict=True)))
        if files
        else Counts(0, 0, 0, 0, 0, 0),
        files,
        orphans,
    )
