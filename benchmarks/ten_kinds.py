"""The ten commonest kinds of line with their fields, as regular expressions for Python's `re` and for RE2.

A line of another kind is none of theirs and costs them little; midtrail reads every kind, and types each field.
"""

from typing import NamedTuple

HEAD = r"\w{3} (?P<time>\w{3} [ \d]\d [\d:]{8} \d{4}) (?P<level>\w+): "
"""How a line begins, in the appliance's own framing."""


class Shape(NamedTuple):
    """A kind of line: a piece of text that all of its lines hold, and the pattern behind `HEAD`."""

    piece: str
    pattern: str


SHAPES = {
    "recipient_accepted": Shape(
        " To: <", r"MID (?P<mid>\d+) ICID (?P<icid>\d+) RID (?P<rid>\d+) To: <(?P<recipient>.*)>"
    ),
    "delivery_started": Shape(
        "Delivery start DCID ",
        r"Delivery start DCID (?P<dcid>\d+) MID (?P<mid>\d+) to RID \[(?P<rids>[\d, ]+)\]"
        r"(?P<offbox> to offbox IronPort Spam Quarantine)?",
    ),
    "message_finished": Shape("Message finished MID ", r"Message finished MID (?P<mid>\d+) (?P<outcome>.+)"),
    "sender_received": Shape(" From: <", r"MID (?P<mid>\d+) ICID (?P<icid>\d+) From: <(?P<sender>.*)>"),
    "delivery_done": Shape(
        "Message done DCID ",
        r"Message done DCID (?P<dcid>\d+) MID (?P<mid>\d+) to RID \[(?P<rids>[\d, ]+)\] ?(?P<headers>\[.*\])?",
    ),
    "response_received": Shape(
        "] Response ", r"MID (?P<mid>\d+) RID \[(?P<rids>[\d, ]+)\] Response (?P<response>.+)"
    ),
    "message_started": Shape(
        "Start MID ", r"Start MID (?P<mid>\d+) ICID (?P<icid>\d+)(?: \((?P<note>.+)\))?"
    ),
    "message_ready": Shape(
        " ready ", r"MID (?P<mid>\d+) ready (?P<size_bytes>\d+) bytes from <(?P<sender>.*)>"
    ),
    "policy_matched": Shape(
        " matched all ",
        r"MID (?P<mid>\d+) matched all recipients for per-recipient policy (?P<policy>.+) in the (?P<table>\w+) table",
    ),
    "dcid_opened": Shape(
        "New SMTP DCID ",
        r"New SMTP DCID (?P<dcid>\d+) interface (?P<interface_ip>\S+) address (?P<destination_ip>\S+) port (?P<port>\d+)",
    ),
}
