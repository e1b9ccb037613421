"""From contents to stored lines: surveyed together with all that is stored, read, encoded, committed.

What a survey tells of one file can change whose the lines of others are. Such files are printed, read anew and
replaced, so that an archive answers as if all its files had been read at once, in whatever order they came.
"""

import json
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from midtrail.archive import _delta
from midtrail.archive.facts import StoredFile, bearing, facts_of
from midtrail.archive.filling import Filling, Work, committing
from midtrail.archive.knowing import Pending
from midtrail.archive.spooling import Spooled
from midtrail.archive.writing import SPOOL, Draft, Update, Writer
from midtrail.engine import headers_for
from midtrail.lines import HeaderReader, ReadOptions, Scan, SourceFile, Survey, conclude, scan_file
from midtrail.lines.parts import Part


class Derivation:
    """Stores contents; `lines`, `batches` and `reread` count what was done."""

    def __init__(
        self,
        writer: Writer,
        on_stored: Callable[[int, int], None] | None = None,
        update: Update | None = None,
    ) -> None:
        """Store with a writer; `on_stored` is told of plain bytes and lines that were read."""
        self.lines = self.batches = self.reread = 0
        self._writer = writer
        self._on_stored = on_stored
        self._update = update

    def run(self, pending: list[Pending], renamed: list[StoredFile]) -> None:
        """Store contents, and files that only have another name."""
        draft = self._writer.draft()
        headers = headers_for([one.file() for one in pending])
        scans = [(one, _scan(one, headers)) for one in pending]
        others = _others(draft, pending, renamed, headers)
        gone = [file.scan(headers) for file in draft.before.gone]
        again = self._changed(others, [*gone, *(scan for _, scan in scans)])
        for one, _ in again:
            others.pop(one.source)
        self.reread = len(again)
        draft.add_files(replace(file, batch=draft.batch) for file in renamed if file.source in others)
        self._store(draft, [*scans, *again], [*gone, *(scan for _, scan in others.values())])

    def _changed(
        self, others: dict[str, tuple[StoredFile, Scan]], scans: list[Scan]
    ) -> list[tuple[Pending, Scan]]:
        """Return the stored files whose lines mean something else now."""
        by_options: dict[ReadOptions, list[tuple[StoredFile, Scan]]] = {}
        for file, scan in others.values():
            by_options.setdefault(file.options, []).append((file, scan))
        every = [*scans, *(scan for _, scan in others.values())]
        found = []
        for options, files in by_options.items():
            own = [scan for _, scan in files]
            mine = {id(scan) for scan in own}
            survey = conclude(own, options, among=[scan for scan in every if id(scan) not in mine])
            facts = {fact.source: fact for fact in survey.sources}
            for file, scan in files:
                now = bearing(scan, facts[file.source], survey.appliances)
                if _as_json(now) != _as_json(file.told["bearing"]):
                    pending = self._printed(file)
                    scan.part = Part(pending.file(), file.source)
                    found.append((pending, scan))
        return found

    def _printed(self, file: StoredFile) -> Pending:
        """Write a stored file out again, to be read anew."""
        folder = self._writer.folder / SPOOL
        folder.mkdir(exist_ok=True)
        part = Part(SourceFile(file.source, modified=file.told["modified"]), file.source)
        spool = Spooled(part, folder / uuid.uuid4().hex, file.size, file.sha256, file.head)
        with spool.path.open("wb") as out:
            for data in self._writer.snapshot().bytes_of(file):
                out.write(data)
        if spool.digest_of(file.size) != file.sha256:
            raise _delta.damaged(self._writer.folder, f"{file.source} is not what was stored")
        return Pending(
            spool, file.source, file.given, file.folder, file.folder_name, file.options, file, anew=True
        )

    def _store(self, draft: Draft, scans: list[tuple[Pending, Scan]], others: list[Scan]) -> None:
        """Survey and read the contents, those with the same options together."""
        every = [*others, *(scan for _, scan in scans)]
        next_id = draft.last_file_id + 1
        by_options: dict[ReadOptions, list[tuple[Pending, Scan]]] = {}
        for one, scan in scans:
            by_options.setdefault(one.options, []).append((one, scan))
        jobs = []
        for options, some in by_options.items():
            mine = {id(scan) for _, scan in some}
            survey = conclude(
                [scan for _, scan in some], options, among=[scan for scan in every if id(scan) not in mine]
            )
            works, next_id = _works(some, survey, options, next_id)
            jobs.append((works, survey, options))
        with committing(self._update) as commits:
            filling = Filling(draft, commits, self._count)
            filling.begin([work for works, _, _ in jobs for work in works])
            for works, survey, options in jobs:
                filling.read(works, survey, options)
            filling.end()
            self.batches += filling.batches

    def _count(self, size: int, lines: int) -> None:
        """Note lines that were stored, and their bytes."""
        self.lines += lines
        if self._on_stored is not None:
            self._on_stored(size, lines)


def _scan(pending: Pending, headers: HeaderReader) -> Scan:
    """Scan a content, as if it lay where it came from."""
    scan = next(scan_file(pending.file(), headers, []))
    scan.scope.folder, scan.scope.folder_name = pending.folder, pending.folder_name
    return scan


def _others(
    draft: Draft, pending: list[Pending], renamed: list[StoredFile], headers: HeaderReader
) -> dict[str, tuple[StoredFile, Scan]]:
    """Return what is known of all other stored files, by name."""
    own = {one.stored.file_id for one in pending if one.stored is not None}
    names = {file.file_id: file for file in renamed}
    files = [names.get(file.file_id, file) for file in draft.before.files if file.file_id not in own]
    return {file.source: (file, file.scan(headers)) for file in files}


def _as_json(value: Any) -> str:
    return json.dumps(value)


def _works(
    scans: list[tuple[Pending, Scan]], survey: Survey, options: ReadOptions, next_id: int
) -> tuple[list[Work], int]:
    """Return the contents in the order in which they are read; new ones get numbers."""
    by_source = {one.source: (one, scan) for one, scan in scans}
    works = []
    for facts in survey.sources:
        pending, scan = by_source[facts.source]
        stored = pending.stored
        told = facts_of(scan, facts, survey.appliances, options)
        file_id = next_id if stored is None else stored.file_id
        next_id += stored is None
        work = Work(pending, scan, facts, told, file_id)
        if stored is not None:
            now = _as_json(bearing(scan, facts, survey.appliances))
            pending.anew = pending.anew or now != _as_json(stored.told["bearing"])
            work.first = 1 if pending.anew else stored.lines + stored.ended
        works.append(work)
    return works, next_id
