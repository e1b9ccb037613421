"""Kinds stand beside their like in a block, and what nothing is told of takes no column."""

from tests.archive.storage.conftest import Shelf, log_of

_LINES = (
    "Start MID 3 ICID 4",
    "New SMTP DCID 5 interface 192.0.2.1 address 198.51.100.7 port 25",
    "MID 3 ready 512 bytes from <jean@example.com>",
    "MID 3 ICID 4 From: <jean@example.com>",
    "MID 3 rewritten to MID 6 by add-footer filter 'Footer'",
)


def test_kinds_are_beside_their_like(shelf: Shelf) -> None:
    """New kinds are numbered in the order of what their fields but ids are, whatever comes first in the log."""
    shelf.put("a.log", log_of(*_LINES))
    shelf.add()
    kinds = [form.kind for _, form in sorted(shelf.snapshot().forms.items())]
    assert list(dict.fromkeys(kinds)) == [
        "dcid_opened",  # `interface_ip`
        "message_rewritten",  # `new_mid`
        "message_started",  # `note`
        "sender_received",  # `sender`
        "message_ready",  # `size_bytes`
    ]


def test_blanks_behind_lines(shelf: Shelf) -> None:
    """How many blanks follow a line is stored of those that have some, and nothing where none has."""
    shelf.put("a.log", log_of(*_LINES))
    shelf.add()
    assert "tail" not in shelf.snapshot().block(1).events.schema.names
    shelf.put("b.log", log_of("Start MID 7 ICID 8  ", "Start MID 9 ICID 8"))
    shelf.add()
    assert shelf.snapshot().block(2).events["tail"].to_pylist() == [2, None]
    assert shelf.stored() == shelf.read()
