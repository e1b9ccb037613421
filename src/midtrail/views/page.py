"""What the Message Tracking page of one message says, before it is drawn as HTML or as text.

Every text here is safe for people's eyes: control characters, marks that turn the direction of writing and
bytes that are no UTF-8 stand as escapes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

from midtrail.events import all_kinds
from midtrail.views._words import UNKNOWN, appliance, reverse_dns, size, tone_of, words
from midtrail.views.clock import Clock

Row = Mapping[str, Any]
_SUMMARY_RECIPIENTS = 10  # more than these stand only in the table of recipients


class State(NamedTuple):
    """A state and how it is coloured."""

    name: str
    tone: str


class Entry(NamedTuple):
    """A sentence of the timeline; `decides` holds the states that its line decided."""

    time: str
    sentence: str
    decides: tuple[State, ...]
    of_connection: bool


class Day(NamedTuple):
    """The sentences of one day."""

    date: str
    entries: tuple[Entry, ...]


class Fact(NamedTuple):
    """A label and its values, each with a state where it has its own."""

    label: str
    values: tuple[tuple[str, State | None], ...]


class RecipientRow(NamedTuple):
    """A recipient of several."""

    address: str
    state: State
    delivery: str
    response: str


class Outcome(NamedTuple):
    """What a remediation batch did for one recipient."""

    recipient: str
    status: State
    time: str
    reason: str


class Batch(NamedTuple):
    """A remediation batch, with the outcome for each recipient of the message."""

    batch: str
    action: str
    source: str
    initiated_by: str
    initiated_at: str
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True)
class Page:
    """The page of one message; all times are in the clock that `clock` names."""

    title: str
    message_id: str
    state: State
    clock: str
    notes: tuple[str, ...]
    days: tuple[Day, ...]
    envelope: tuple[Fact, ...]
    sending_host: tuple[Fact, ...]
    verdicts: tuple[Fact, ...]
    recipients: tuple[RecipientRow, ...]
    batches: tuple[Batch, ...]


def page_of(message: Row, clock: Clock) -> Page:
    """Return the page of a message."""
    recipients = message["recipients"]
    return Page(
        title=f"Message {', '.join(str(mid) for mid in message['mids'] or [message['mid']])}",
        message_id=words(message["message_id"]),
        state=_state(message["last_state"]),
        clock=clock.name,
        notes=tuple(_notes(message)),
        days=tuple(_days(message, clock)),
        envelope=tuple(_envelope(message, clock)),
        sending_host=(
            _fact("Reverse DNS Hostname", reverse_dns(message)),
            _fact("IP Address", words(message["sender_ip"])),
            _fact("SBRS Score", words(message["sbrs"])),
            *([_fact("Country", words(message["country"]))] if message["country"] else []),
        ),
        verdicts=tuple(
            _fact(words(engine), words(verdict)) for engine, verdict in message["verdicts"].items()
        ),
        recipients=tuple(_recipient(row, clock) for row in recipients) if len(recipients) > 1 else (),
        batches=tuple(_batches(message, clock)),
    )


def _state(name: str | None) -> State:
    return State(words(name), tone_of(name))


def _fact(label: str, *values: str) -> Fact:
    return Fact(label, tuple((value, None) for value in values or (UNKNOWN,)))


def _notes(message: Row) -> Iterator[str]:
    if message["head_cut"]:
        yield "The log in sight begins after this message did: its first lines are missing."
    if message["open"]:
        yield "The log in sight ends before this message was finished."
    if message["origin_mid"] is not None:
        yield f"The appliance made this message from message {message['origin_mid']}."


def _envelope(message: Row, clock: Clock) -> Iterator[Fact]:
    recipients, rejected = message["recipients"], message["rejected_recipients"]
    begun = message["started_at"] or next((row["time"] for row in message["timeline"] if row["time"]), None)
    yield Fact("Last State", ((words(message["last_state"]), _state(message["last_state"])),))
    yield _fact("Message Direction", words((message["direction"] or "").capitalize()))
    yield _fact("MID", ", ".join(str(mid) for mid in message["mids"] or [message["mid"]]))
    yield _fact("Time", clock.stamp(begun) if begun else UNKNOWN)
    yield _fact("Sender", "<>" if message["sender"] == "" else words(message["sender"]))
    yield Fact("Recipients" if len(recipients) > 1 else "Recipient", tuple(_summary(recipients)))
    if rejected:
        yield _fact("Rejected Recipients", *(words(address) for address in rejected))
    yield _fact("Subject", words(message["subject"] or "(No Subject)"))
    yield _fact("Sender Group", words(message["sender_group"]))
    yield _fact("Cisco Hostname", appliance(clock.host or message["host"], clock.serial))
    yield _fact("Policy Match", words(message["policy"]))
    yield _fact("Message Size", size(message["size_bytes"]))
    yield _fact("Attachments", *(words(name) for name in message["attachments"]))


def _summary(recipients: list[Row]) -> Iterator[tuple[str, State | None]]:
    if len(recipients) <= 1:
        yield words(recipients[0]["recipient"]) if recipients else UNKNOWN, None
        return
    for row in recipients[:_SUMMARY_RECIPIENTS]:
        yield words(row["recipient"]), _state(row["state"])
    if len(recipients) > _SUMMARY_RECIPIENTS:
        yield f"and {len(recipients) - _SUMMARY_RECIPIENTS} more: see Recipients", None


def _days(message: Row, clock: Clock) -> Iterator[Day]:
    evidence = _evidence(message)
    for day, rows in groupby(
        message["timeline"], lambda row: clock.day(row["time"]) if row["time"] else UNKNOWN
    ):
        yield Day(day, tuple(_entry(row, evidence, clock) for row in rows))


def _evidence(message: Row) -> dict[tuple[str, int], list[State]]:
    """Return the states that each line decided; the message's own is called so."""
    found: dict[tuple[str, int], list[State]] = {}
    for row in message["recipients"]:
        if row["evidence"] is not None:
            state = _state(row["state"])
            if row["state"] == message["last_state"]:
                state = state._replace(name=f"Last State: {state.name}")
            states = found.setdefault((row["evidence"]["source"], row["evidence"]["line_no"]), [])
            if state not in states:
                states.append(state)
    return found


def _entry(row: Row, evidence: Mapping[tuple[str, int], list[State]], clock: Clock) -> Entry:
    return Entry(
        time=clock.time(row["time"]) if row["time"] else UNKNOWN,
        sentence=words(row["sentence"]),
        decides=tuple(evidence.get((row["source"], row["line_no"]), ())),
        of_connection=_is_of_connection(row["kind"]),
    )


@cache
def _is_of_connection(kind: str) -> bool:
    declaration = all_kinds().get(kind)
    names = {field.name for field in declaration.declared()} if declaration and declaration.ruled else set()
    return "mid" not in names and not names.isdisjoint({"icid", "dcid"})


def _recipient(row: Row, clock: Clock) -> RecipientRow:
    return RecipientRow(
        address=words(row["recipient"] or (None if row["rid"] is None else f"RID {row['rid']}")),
        state=_state(row["state"]),
        delivery=", ".join(_delivery(row, clock)),
        response=words(row["response"]) if row["response"] else "",
    )


def _delivery(row: Row, clock: Clock) -> Iterator[str]:
    if row["mid"] is not None:
        yield f"in message {row['mid']}"
    if row["delivered_at"]:
        yield f"delivered {_moment(row['delivered_at'], clock)}"
    if row["destination_ip"]:
        yield f"to {words(row['destination_ip'])}"


def _batches(message: Row, clock: Clock) -> Iterator[Batch]:
    found: dict[tuple[Any, ...], list[Outcome]] = {}
    names = ("batch", "action", "source", "initiated_by", "initiated_at")
    for recipient in message["recipients"]:
        for row in recipient["remediation"]:
            status = State(words(row["status"] or "Pending"), tone_of(_REMEDIATION.get(row["status"] or "")))
            processed = _moment(row["processed_at"], clock) if row["processed_at"] else ""
            reason = words(row["reason"]) if row["reason"] else ""
            outcome = Outcome(words(recipient["recipient"]), status, processed, reason)
            found.setdefault(tuple(row[name] for name in names), []).append(outcome)
    for (batch, action, source, by, at), outcomes in found.items():
        moment = _moment(at, clock)
        yield Batch(words(batch), words(action), words(source), words(by), moment, tuple(outcomes))


_REMEDIATION = {"Remediated": "Remediated", "Failed": "Remediation Failed"}


def _moment(instant: str | None, clock: Clock) -> str:
    return f"{clock.day(instant)} {clock.time(instant)}" if instant else UNKNOWN
