"""All messages in few columns: what a condition names is read, and nothing else of them."""

import re
from collections.abc import Mapping, Sequence
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from midtrail.archive.narrow_lines import members_of, narrow_lines
from midtrail.archive.narrow_texts import lines_with, members_with
from midtrail.archive.numbering import Numbering
from midtrail.archive.snapshot import Snapshot
from midtrail.tables import SPINE_TABLE, Store, kind_schema

_OF_MESSAGES = (
    "host", "mid", "mids", "icid", "direction", "started_at", "last_event_at", "last_state", "open", "head_cut", "sender",
    "subject", "message_id", "size_bytes", "sender_group", "sender_ip", "reverse_dns", "reverse_dns_verified", "sbrs",
    "country", "policy", "attachments", "verdicts", "origin_mid", "rejected_recipients",
)  # fmt: skip
_OF_RECIPIENTS = (
    "recipient", "mid", "rid", "state", "response", "delivered_at", "dcid", "destination_ip", "remediation",
)  # fmt: skip


class Narrow:
    """A store with the tables `messages` and `recipients`, as wide as what was asked so far.

    Kinds that were asked for are there too, in those columns; `members` has their lines.
    """

    def __init__(self, shot: Snapshot, numbering: Numbering) -> None:
        """Take a snapshot, and the numbers of its messages."""
        self._shot = shot
        self._numbering = numbering
        self._messages: dict[str, pa.Array] = {}
        self._recipients: dict[str, pa.Array] = {}
        self._kinds: dict[str, frozenset[str]] = {}  # the fields of kinds that are there
        self._members: dict[str, pa.Table] = {}  # what lines of these kinds belong to

    @cached_property
    def store(self) -> Store:
        """The store."""
        return Store(bare=True)

    def naming(self, sql: str, texts: Sequence[str] = ()) -> Store:
        """Return the store with all columns that a condition names.

        Of the spine it has the lines in whose text one of `texts` (expressions) is found.
        """
        if texts:
            self._add_texts(texts)
        words = set(re.findall(r"\w+", sql))
        for name in words & set(_OF_MESSAGES) - self._messages.keys():
            self._messages[name] = self._column(name)
        for name in words & set(_OF_RECIPIENTS) - self._recipients.keys():
            self._add_to_recipients(name)
        self._add_lines(
            {
                kind: frozenset(words & set(kind_schema(kind).names)) - {"seq"}
                for kind in re.findall(r'FROM "?(\w+)"? k\b', sql)
            }
        )
        numbers = self._numbering.rows["message"]
        self.store.connection.register("messages", pa.table({"message": numbers, **self._messages}))
        self.store.connection.register("recipients", pa.table(self._recipients or {"message": numbers}))
        return self.store

    def _add_lines(self, wanted: Mapping[str, frozenset[str]]) -> None:
        """Add lines of kinds with some fields, and what they belong to."""
        known = {kind: self._kinds.get(kind, frozenset()) for kind in wanted}
        missing = {kind: known[kind] | fields for kind, fields in wanted.items() if not fields <= known[kind]}
        if not missing:
            return
        self._kinds |= missing
        for name in {"host", "mids"} - self._messages.keys():
            self._messages[name] = self._column(name)
        told = {
            "message": self._numbering.rows["message"].combine_chunks(),
            **self._messages,
            "lines": self._lines,
        }
        for kind, (events, places) in narrow_lines(self._shot, missing).items():
            self._members[kind] = members_of(self.store, places, told)
            self.store.connection.register(kind, events)
        self.store.connection.register("members", pa.concat_tables(self._members.values()))

    def _add_texts(self, texts: Sequence[str]) -> None:
        """Add lines with some texts, in place of those that were there, and what they belong to."""
        found = lines_with(self._shot, self.store, texts)
        told = {
            "message": self._numbering.rows["message"].combine_chunks(),
            "host": self._column("host"),
            "lines": self._lines,
            "uses": self._column("uses"),
        }
        self._members[SPINE_TABLE] = members_with(self._shot, found["seq"], told)
        self.store.connection.register(SPINE_TABLE, found)
        self.store.connection.register("members", pa.concat_tables(self._members.values()))

    @cached_property
    def _lines(self) -> pa.Array:
        """The places of each message's own lines."""
        return self._column("lines")

    def _column(self, path: str) -> pa.Array:
        """Return a column of the latest rows."""
        (column,) = self._numbering.read((path,)).columns
        return column.take(self._numbering.rows["row"]).combine_chunks()

    def _add_to_recipients(self, name: str) -> None:
        lists = self._column(f"recipients.list.element.{name}")
        self._recipients[name] = pc.list_flatten(lists).field(name)
        self._recipients.setdefault(
            "message", self._numbering.rows["message"].combine_chunks().take(pc.list_parent_indices(lists))
        )
