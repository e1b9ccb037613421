"""What the tables tell of a log's ids, put together so that findings can be drawn from it."""

from itertools import chain
from typing import Any

import duckdb

from midtrail.questions._gap_counters import Holes, Reset, Run, runs
from midtrail.questions._gap_findings import Appliance
from midtrail.questions._gap_laws import Broken, broken, judge
from midtrail.questions._gap_silences import Silences, silences
from midtrail.questions._gap_windows import Windows

_FEW_IDS = 2
_OFTEN, _SELDOM = 0.02, 0.001
_ENOUGH = 20  # ids: fewer tell nothing of what an appliance writes


class Facts:
    """What is known of a log while it is asked: resets, runs of ids that lack, silences, lines that lack."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        found: list[Reset],
        mixed: dict[tuple[str, int], list[Reset]],
    ) -> None:
        self.connection = connection
        self.resets, self.mixed = found, mixed
        self.hosts: dict[int, Any] = {row[0]: row[1:] for row in self.rows("select * from gap_hosts")}
        self.runs = runs(connection, mixed)
        self.holes = Holes(self.runs)
        self.silences = silences(connection)
        self.between = Silences(self.silences)
        self.laws = [one for one in judge(connection) if (one.law.counter, one.host) not in mixed]
        self._excused = dict.fromkeys(self.hosts, 0)
        self.broken = self._not_excused()
        self.often = self._left_out_often()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(query).fetchall()

    def _not_excused(self) -> dict[int, list[Broken]]:
        """Return the lines that lack and stand in no hole: what lies in a hole is told with it."""
        found: dict[int, list[Broken]] = {host: [] for host in self.hosts}
        holes = {
            host: Windows(chain.from_iterable(one.windows() for one in self.holes.of(host)))
            for host in self.hosts
        }
        for one in self.laws:
            if one.broken and one.is_kept:
                lacking = broken(self.connection, one)
                told = [lack for lack in lacking if not holes[one.host].meet(lack.after, lack.before)]
                self._excused[one.host] += len(lacking) - len(told)
                found[one.host] += told
        return found

    def _share_lacking(self, host: int) -> float:
        checked, lacking = self.checked(host)
        return lacking / checked if checked else 0.0

    def checked(self, host: int) -> tuple[int, int]:
        """Return how many lines of an appliance follow from others, and how many of those are missing."""
        single = sum(run.ids for run in self.runs if run.host == host and not run.is_hole)
        holes = sum(run.ids for run in self.runs if run.host == host and run.is_hole)
        begun = self.connection.execute(
            "select coalesce(sum(highest - lowest + 1), 0) from gap_spans where host = ?", [host]
        ).fetchall()[0][0]
        asked = sum(one.asked for one in self.laws if one.host == host and one.is_kept)
        return int(begun) - holes + asked - self._excused[host], single + len(self.broken[host])

    def _left_out_often(self) -> set[tuple[str, int]]:
        """Return the (counter, appliance) pairs of which single ids are left out where no line is missing."""
        lone: dict[tuple[str, int], int] = {}
        for run in self.runs:
            if self.is_lone(run):
                lone[run.counter, run.host] = lone.get((run.counter, run.host), 0) + run.ids
        ids = {
            (counter, host): count
            for counter, host, count in self.rows(
                "select counter, host, sum(ids) from gap_spans group by all"
            )
        }
        return {
            key
            for key, count in lone.items()
            if ids[key] >= _ENOUGH and count >= ids[key] * _OFTEN and self._share_lacking(key[1]) <= _SELDOM
        }

    def is_lone(self, run: Run) -> bool:
        return 0 < run.missing == run.ids <= _FEW_IDS and not self.holes.others(run)

    def host(self, number: int) -> str | None:
        name: str | None = self.hosts[number][0]
        return name

    def appliances(self) -> list[Appliance]:
        """Return what there is of each appliance, in the order of their names."""
        slices: dict[int, list[int]] = {host: [0] * 48 for host in self.hosts}
        for host, at, lines in self.rows("from gap_slices"):
            slices[host][at] = lines
        found = [
            Appliance(name, begins, ends, lines, *self.checked(host), tuple(slices[host]))
            for host, (name, begins, ends, lines) in self.hosts.items()
        ]
        return sorted(found, key=lambda one: one.host or "")
