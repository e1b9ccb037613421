"""What happened to each recipient's copy, and what was done afterwards, in sentences; those with one fate together."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from midtrail.views._prose import Teller, brief, listed, named, quoted, some, times
from midtrail.views._told import event_of, hold, told

Row = Mapping[str, Any]


class Fate(NamedTuple):
    """What recipients have in common to be told in one sentence."""

    state: str
    because: str


def fates(message: Row, teller: Teller) -> Iterator[str]:
    """Yield what became of the recipients' copies, in the order of the recipients; delays first."""
    yield from _delays(message, teller)
    moments = {(row["source"], row["line_no"]): row["time"] for row in message["timeline"]}
    groups: dict[Fate, list[Row]] = {}
    for row in message["recipients"]:
        groups.setdefault(_fate(row, message), []).append(row)
    for fate, rows in groups.items():
        if fate.state == "Delivered":
            yield _delivered(rows, message, teller)
        elif fate.state not in _TOLD_LATER:
            decided = [moment for row in rows if (moment := _decided(row, moments))]
            is_over = not any(fate.state.startswith(beginning) for beginning in _WAITING)
            yield _sentence(fate, rows, message, teller.at(*(decided if is_over else sorted(decided)[-1:])))
    if not message["recipients"] and message["last_state"] == "Aborted":
        aborted = [line.time for line in told(message, "receiving_aborted")]
        yield f"It never arrived whole: it was aborted{teller.at(*aborted)}."


_TOLD_LATER = frozenset({"Remediation Initiated", "Remediated", "Remediation Failed"})
"""States of recipients of whom only a remediation is known."""


def _fate(row: Row, message: Row) -> Fate:
    state = row["state"] or ""
    if state == "Delivered" or (row["delivered_at"] and state.startswith("Remedia")):
        return Fate("Delivered", "")
    if state == "Deleted from Quarantine":
        events = [line.event for line in told(message, "deleted_from_quarantine") if line.event]
        holds = [hold(event) for event in events if event.mid == row["mid"]]
        return Fate(state, f" {listed(holds)}" if holds else "")
    return Fate(state, _because(event_of(row["evidence"]["text"])) if row["evidence"] else "")


def _because(event: Any) -> str:
    """Return why, as the deciding line tells it: with a blank and in the form that its sentence needs."""
    if event is None:
        return ""
    if event.kind in ("delivery_bounced", "double_bounced", "delivery_delayed"):
        lines = f" ({quoted(' '.join(event.response_lines))})" if event.response_lines else ""
        return f": {event.dsn_code} {brief(event.dsn_text)}{lines}"
    if event.kind == "receiving_aborted":
        return f" ({brief(event.reason)})"
    name = getattr(event, "filter", None)
    return f" ({quoted(name)})" if name else ""


def _decided(row: Row, moments: Mapping[tuple[str, int], str | None]) -> str | None:
    evidence = row["evidence"]
    return moments.get((evidence["source"], evidence["line_no"])) if evidence else None


def _delays(message: Row, teller: Teller) -> Iterator[str]:
    delays = list(told(message, "delivery_delayed"))
    if delays:
        last = delays[-1]
        often = "" if len(delays) == 1 else f" {times(len(delays))}, the last time"
        yield f"Delivery was put off{often}{teller.at(last.time)}{_because(last.event)}."


def _delivered(rows: list[Row], message: Row, teller: Teller) -> str:
    sentence = f"It was delivered to {_names(rows, message)}{_under(rows, message)}"
    sentence += teller.at(*(row["delivered_at"] for row in rows))
    hosts = {row["destination_ip"] for row in rows}
    answers = {row["response"] for row in rows}
    host = next(iter(hosts)) if len(hosts) == 1 else None
    answer = next(iter(answers)) if len(answers) == 1 else None
    if answer:
        return f"{sentence}; {named(host) if host else 'the receiving host'} answered {quoted(answer)}."
    return sentence + (f", at {named(host)}." if host else ".")


def _names(rows: list[Row], message: Row) -> str:
    if len(rows) > 1 and len(rows) == len(message["recipients"]):
        return "both recipients" if len(rows) == 2 else f"all {len(rows):,} recipients"  # noqa: PLR2004 - both are two
    return some([_name(row) for row in rows], "recipient")


def _name(row: Row) -> str:
    if row["recipient"] is not None:
        return named(row["recipient"])
    return "an unnamed recipient" if row["rid"] is None else f"RID {row['rid']} (address not in these logs)"


def _under(rows: list[Row], message: Row) -> str:
    """Return under which MID, where that is one other than the message's first."""
    mids = {row["mid"] for row in rows}
    mid = next(iter(mids)) if len(mids) == 1 else None
    return "" if mid in (None, message["mid"]) else f" as message {mid}"


def _sentence(fate: Fate, rows: list[Row], message: Row, when: str) -> str:
    """Return what became of recipients in a state that is no delivery."""
    state = fate.state
    whom = "" if len(message["recipients"]) == 1 else f" for {_names(rows, message)}"
    known = _SENTENCES.get(state)
    if known is None:
        known = next((text for beginning, text in _BEGINNINGS.items() if state.startswith(beginning)), _OTHER)
    rest = brief(state.partition(" by ")[2])
    return known.format(
        whom=whom, names=_names(rows, message), when=when, because=fate.because, by=rest, state=brief(state)
    )


_OTHER = "Its state{whom} is {state}{when}{because}."
_SENTENCES = {
    "": "What became of it{whom} is not told.",
    "Receiving": "It was still coming in{when}.",
    "Processing": "It was being processed{whom}, as last told{when}.",
    "Queued for Delivery": "It waits for delivery to {names}, as last told{when}.",
    "Soft Bounced": "Delivery to {names} waits for another try, as last told{when}.",
    "Hard Bounced": "It bounced for {names}{when}{because}.",
    "Bounced by Content Filters": "A content filter{because} bounced it{whom}{when}.",
    "Quarantined": "It is held in quarantine{whom}, as last told{when}.",
    "Quarantined by Anti-Spam/Graymail": "It lies in the spam quarantine{whom}, as last told{when}.",
    "Quarantined by Multiple Engines": "It is held in quarantine by several engines{whom}, as last told{when}.",
    "Deleted from Quarantine": "It was deleted from quarantine{because}{when}, and never delivered{whom}.",
    "Deleted from Queue": "Somebody deleted it from the delivery queue{whom}{when}.",
    "Aborted": "It never arrived whole: it was aborted{when}{because}.",
    "Redirected": "It went to other recipients in place of {names}.",
}
_BEGINNINGS = {
    "Quarantined by ": "It is held in quarantine by {by}{whom}, as last told{when}.",
    "Dropped by ": "It was dropped by {by}{because}{whom}{when}.",
}
_WAITING = ("Receiving", "Processing", "Queued for Delivery", "Soft Bounced", "Quarantined")
"""States that go on: the latest line that tells of them counts."""


def remediations(message: Row, teller: Teller) -> Iterator[str]:
    """Yield what was done to the delivered copies afterwards: each batch with its outcomes."""
    batches: dict[tuple[Any, ...], list[tuple[Row, Row]]] = {}
    for recipient in message["recipients"]:
        for row in recipient["remediation"]:
            key = tuple(row[name] for name in ("initiated_at", "initiated_by", "source", "action", "batch"))
            batches.setdefault(key, []).append((recipient, row))
    for (at, by, source, action, batch), outcomes in batches.items():
        begun = f"Later,{teller.at(at)}," if at else "Later"
        what, origin = (
            f"the remedial action {quoted(action or '')}",
            f" from {named(source)}" if source else "",
        )
        asked = f"{named(by)} asked{origin} for {what}" if by else f"{what} was taken{origin}"
        yield f"{begun} {asked} (batch {named(batch)}): {'; '.join(_outcomes(outcomes, message, teller))}."


def _outcomes(outcomes: list[tuple[Row, Row]], message: Row, teller: Teller) -> Iterator[str]:
    groups: dict[tuple[str | None, str | None], list[tuple[Row, Row]]] = {}
    for recipient, row in outcomes:
        groups.setdefault((row["status"], row["reason"]), []).append((recipient, row))
    for (status, reason), pairs in groups.items():
        names = _names([recipient for recipient, _ in pairs], message)
        when = teller.at(*(row["processed_at"] for _, row in pairs))
        because = f" ({quoted(reason)})" if reason else ""
        yield _OUTCOMES.get(status or "", "it ended as {status} for {names}{when}{because}").format(
            status=quoted(status or ""), names=names, when=when, because=because
        )


_OUTCOMES = {
    "": "how it ended for {names} is not in these logs",
    "Remediated": "it succeeded for {names}{when}{because}",
    "Failed": "it failed for {names}{when}{because}",
}
