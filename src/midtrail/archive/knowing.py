"""Which stored file a source is: by its content, whatever its name.

A source whose content is stored is known; one that begins with a stored file's content is that file, grown; one
that a stored file begins with is an older copy of it. Contents shorter than a head say too little for that:
there the folder and the name of the log have to agree as well (`mail` in `mail.current` and `mail.@20210913T220000.s`).
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from midtrail.archive.facts import StoredFile
from midtrail.archive.snapshot import Snapshot
from midtrail.archive.spooling import Spooled, name_of
from midtrail.lines import ReadOptions, SourceFile
from midtrail.lines.parts import Part


class Relation(Enum):
    """What a source is to a content that is known already."""

    new = auto()
    same = auto()
    grown = auto()
    older = auto()


@dataclass
class Pending:
    """A content that is to be stored: a new file, or a stored one that has grown or is to be read anew.

    `source` is the name that it will have, `given` the one under which it came, `folder` and `folder_name`
    where it lay; `anew` says that the stored lines are to be replaced.
    """

    spool: Spooled
    source: str
    given: str
    folder: str | None
    folder_name: str | None
    options: ReadOptions
    stored: StoredFile | None = None
    anew: bool = False

    @property
    def size(self) -> int:
        """The number of its bytes."""
        return self.spool.size

    @property
    def sha256(self) -> str:
        """Its digest."""
        return self.spool.sha256

    @property
    def head(self) -> str | None:
        """The digest of its first bytes."""
        return self.spool.head

    def file(self) -> SourceFile:
        """Return its plain content as a source that has its name."""
        spool = self.spool
        modified = spool.part.modified
        return SourceFile(self.source, path=str(spool.path), size=spool.size, modified=modified, plain=True)


Content = StoredFile | Pending

_Named = tuple[str, str | None]
"""A part of a name, and the folder where it lies."""

_ENDINGS = (".gz", ".bz2", ".xz", ".zst", ".s", ".c", ".current")


def _stem_of(name: str) -> str:
    """Return a name without the endings that it gets and loses as it is closed and compressed."""
    for ending in _ENDINGS:
        name = name.removesuffix(ending)
    return name


def _log_of(name: str) -> str:
    """Return a name without its ending and without the moment at which the file was begun."""
    return _stem_of(name).partition(".@")[0]


class Known:
    """The contents that the archive has, or is about to have."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Take what is stored."""
        self._snapshot = snapshot
        self._same: dict[tuple[int, str], Content] = {}
        self._heads: defaultdict[str, list[Content]] = defaultdict(list)
        self._named: defaultdict[_Named, list[Content]] = defaultdict(list)
        self._short: defaultdict[_Named, list[Content]] = defaultdict(list)
        self._names: set[str] = set()
        for file in snapshot.files:
            self.add(file)

    def add(self, content: Content) -> None:
        """Add a content."""
        if content.size:
            self._same[content.size, content.sha256] = content
        if content.head is not None:
            self._heads[content.head].append(content)
        elif content.size:
            self._short[_log_of(content.given), content.folder].append(content)
        self._named[_stem_of(content.given), content.folder].append(content)
        self._names.add(content.source)

    def forget(self, content: Content) -> None:
        """Take a content out: another takes its place."""
        self._same.pop((content.size, content.sha256), None)
        if content.head is not None:
            self._heads[content.head].remove(content)
        elif content.size:
            self._short[_log_of(content.given), content.folder].remove(content)
        self._named[_stem_of(content.given), content.folder].remove(content)
        self._names.discard(content.source)

    def lengths(self, head: str | None, part: Part) -> Iterator[int]:
        """Yield the sizes of the contents that a source with this head may have grown from."""
        yield from (content.size for content in self._heads.get(head or "", ()))
        short = self._short.get((_log_of(name_of(part)), part.folder), ())
        yield from (content.size for content in short)

    def relation(self, spool: Spooled) -> tuple[Relation, Content | None]:
        """Return what a source is, and to which content."""
        named = self._named.get((_stem_of(spool.source), spool.folder), [])
        if not spool.size:
            return (Relation.older, named[0]) if named else (Relation.new, None)
        same = self._same.get((spool.size, spool.sha256))
        if same is not None:
            return Relation.same, same
        short = self._short.get((_log_of(spool.source), spool.folder), ())
        empty = (one for one in named if not one.size)
        candidates = [*self._heads.get(spool.head or "", ()), *short, *empty]
        grown = [one for one in candidates if not one.size or spool.digests.get(one.size) == one.sha256]
        if grown:
            return Relation.grown, max(grown, key=lambda one: one.size)
        longer = [one for one in (*candidates, *named) if one.size > spool.size]
        older = next((one for one in longer if self._begins(one, spool)), None)
        return (Relation.new, None) if older is None else (Relation.older, older)

    def _begins(self, content: Content, spool: Spooled) -> bool:
        """Tell whether a longer content begins with a source."""
        if isinstance(content, Pending):
            return content.spool.digest_of(spool.size) == spool.sha256
        digest, left = hashlib.sha256(), spool.size
        for data in self._snapshot.bytes_of(content):
            digest.update(data[:left])
            left -= min(left, len(data))
            if not left:
                break
        return digest.hexdigest() == spool.sha256

    def name_for(self, given: str) -> str:
        """Return a name that no other content has: the one given, else with `~2` and so on behind it."""
        name, count = given, 1
        while name in self._names:
            count += 1
            name = f"{given}~{count}"
        return name
