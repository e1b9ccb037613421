"""A message's story in a few plain sentences: only what the log tells, in the order in which it happened."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, groupby
from typing import Any

from midtrail.views._fates import fates, remediations
from midtrail.views._prose import Teller, brief, counted, listed, named, quoted, sized, some
from midtrail.views._told import Told, hold, told
from midtrail.views.clock import Clock

_NARROW = re.compile("[!-~\u00a1-\u02ff\u0370-\u0482]+")
"""Words of characters that take one column each: those of Latin, Greek and Cyrillic."""

Row = Mapping[str, Any]

_ENGINES = {
    "spf": "SPF",
    "dkim": "DKIM",
    "dmarc": "DMARC",
    "sdr": "sender domain reputation",
    "antispam": "anti-spam",
    "graymail": "graymail detection",
    "antivirus": "anti-virus",
    "amp": "file reputation",
    "outbreak": "Outbreak Filters",
    "dlp": "DLP",
}
"""What each engine is called, in the order in which they are told."""

_STEPS = {
    "quarantined": "held",
    "quarantine_enqueued": "held",
    "spam_quarantined": "spam",
    "released_from_quarantine": "released",
    "released_from_all_quarantines": "free",
    "spam_quarantine_reinjected": "reinjected",
    "message_rewritten": "rewritten",
    "split_by_policy": "split",
    "split_by_slbl": "split",
    "message_split": "split",
}
"""The kinds that tell of a message's way through the appliance, and how they are told."""

_SENTENCES = {
    "held": "{who} was put into {quarantine} {holds}{when}.",
    "spam": "{part} went into the spam quarantine{when}.",
    "released": "The {quarantine} {holds} let it go{when}.",
    "free": "The quarantines let it go{when}.",
    "reinjected": "The spam quarantine let it go{when}, and it went on as {new}.",
    "rewritten": "{who} was rewritten{when} by {by}, and went on as {new}.",
    "split": "{who} was split{when}: {parts} of it went on as {new}.",
}
_MOST_STEPS = 6  # that are told; of more, only how many


def story(message: Row, clock: Clock) -> str:
    """Return the story of a message in one line; times are in the appliance's clock."""
    teller = Teller(clock)
    parts = (
        _arrival(message, teller),
        _host(message),
        _contents(message),
        _checks(message),
        _way(message, teller),
        fates(message, teller),
        remediations(message, teller),
        _end(message),
    )
    return " ".join(sentence for part in parts for sentence in part)


def wrapped(text: str, width: int | None) -> str:
    """Return a text broken at the width (characters that take two columns count twice), with its line end."""
    if width is None:
        return text + "\n"
    if _is_plain(text, width):
        lines = chain.from_iterable(_filled(line, width) for line in text.split("\n"))
        return "".join(f"{line}\n" for line in lines)
    from rich.console import Console  # noqa: PLC0415 - only where lines are broken
    from rich.text import Text  # noqa: PLC0415 - likewise

    broken = Text(text).wrap(Console(width=width, color_system=None), width)
    return "".join(f"{str(line).rstrip()}\n" for line in broken)


def _is_plain(text: str, width: int) -> bool:
    """Tell whether a text is of words that fit the width, one column a character, with one blank between two."""
    words = [word for line in text.split("\n") for word in line.split(" ")]
    return all(word.isprintable() and len(word) <= width and _NARROW.fullmatch(word) for word in words)


def _filled(line: str, width: int) -> Iterator[str]:
    """Yield a line of words in lines that are no wider than the width."""
    filled, *words = line.split(" ")
    for word in words:
        if len(filled) + 1 + len(word) <= width:
            filled = f"{filled} {word}"
        else:
            yield filled
            filled = word
    yield filled


def _arrival(message: Row, teller: Teller) -> Iterator[str]:
    """Yield who sent what to whom, and when."""
    what, people = f"essage {message['mid']}{_summary(message)}", _people(message)
    first = message["started_at"] or next((row["time"] for row in message["timeline"] if row["time"]), None)
    made = next((line.event for line in told(message, *_ORIGINS) if line.event), None)
    when = teller.at(first)
    if message["head_cut"]:
        yield f"The beginning of m{what} is not in these logs" + (
            f", which first tell of it{when}." if when else "."
        )
        if people:
            yield f"It was sent{people}."
    elif made is not None:
        yield f"M{what} {_origin(made, when)}{people}."
    elif message["icid"] == 0:
        yield f"M{what} was made by the appliance itself{when}{people}."
    else:
        kind = {"incoming": "Incoming m", "outgoing": "Outgoing m"}.get(message["direction"], "M")
        arrived = "began to arrive" if message["last_state"] in _NOT_WHOLE else "arrived"
        yield f"{kind}{what} {arrived}{when}{people}."
    if message["rejected_recipients"]:
        yield f"The appliance refused {some(map(named, message['rejected_recipients']), 'recipient')}."


_NOT_WHOLE = ("Aborted", "Receiving")
_ORIGINS = ("bounce_generated", "copy_generated", "received_on_release")


def _summary(message: Row) -> str:
    size = message["size_bytes"]
    facts = [quoted(message["subject"])] if message["subject"] else []
    facts += [] if size is None else [sized(size)]
    return f" ({', '.join(facts)})" if facts else ""


def _people(message: Row) -> str:
    sender = message["sender"]
    recipients = message["recipients"]
    if any(row["state"] == "Redirected" for row in recipients):
        recipients = []  # which of them were there from the beginning cannot be told
    known = [named(row["recipient"]) for row in recipients if row["recipient"] is not None]
    source = "" if sender is None else f" from {named(sender)}" if sender else " from the empty sender"
    return source + (f" to {some(dict.fromkeys(known), 'recipient')}" if known else "")


def _origin(made: Any, when: str) -> str:
    if made.kind == "bounce_generated":
        return f"was made by the appliance{when} as the notice that message {made.origin_mid} bounced,"
    if made.kind == "copy_generated":
        name = f" {quoted(made.filter)}" if made.filter else ""
        return f"was made by the appliance{when} from message {made.origin_mid} ({brief(made.generated_by)}{name}),"
    return f"came back{when} from the quarantine of {named(made.host_name)}, where it was message {made.origin_mid},"


def _host(message: Row) -> Iterator[str]:
    """Yield which host it came from, and how the appliance takes that host."""
    came = [*_from(message), *_trust(message)]
    met = f"met policy {named(message['policy'])}" if message["policy"] else ""
    if came:
        yield f"It came {', '.join(came)}" + (f", and {met}." if met else ".")
    elif met:
        yield f"It {met}."


def _from(message: Row) -> Iterator[str]:
    name, address = message["reverse_dns"], message["sender_ip"]
    name = None if name == "unknown" else name
    facts = [named(address)] if name and address else []
    if name and message["reverse_dns_verified"] is not None:
        facts.append("name verified" if message["reverse_dns_verified"] else "name not verified")
    if message["country"] and message["country"] not in ("None", "not enabled"):
        facts.append(brief(message["country"]))
    if _is_number(message["sbrs"]):
        facts.append(f"reputation {message['sbrs']}")
    if name or address:
        yield f"from {named(name or address)}" + (f" ({', '.join(facts)})" if facts else "")


def _is_number(text: str | None) -> bool:
    return text is not None and text.removeprefix("-").replace(".", "", 1).isdecimal()


def _trust(message: Row) -> Iterator[str]:
    if any(row["kind"] == "icid_tls_success" for row in message["timeline"]):
        yield "over TLS"
    users = [line.event.smtp_user for line in told(message, "smtp_auth_succeeded") if line.event]
    if users and users[0]:
        yield f"authenticated as {named(users[0])}"
    if message["sender_group"]:
        yield f"in sender group {named(message['sender_group'])}"


def _contents(message: Row) -> Iterator[str]:
    names = [quoted(name) for name in message["attachments"]]
    if names:
        yield f"It carried {'the attachment ' if len(names) == 1 else ''}{some(names, 'attachment')}."


def _checks(message: Row) -> Iterator[str]:
    """Yield the engines' verdicts as logged; where the message has several MIDs, they are the latest of all."""
    verdicts = message["verdicts"]
    keys = [*(key for key in _ENGINES if key in verdicts), *sorted(verdicts.keys() - _ENGINES.keys())]
    said = [(_ENGINES.get(key, brief(key)), quoted(verdicts[key])) for key in keys]
    if not said:
        return
    if len(message["mids"] or ()) > 1:
        opening = "The last verdict was: " if len(said) == 1 else "The last verdicts were: "
        yield opening + listed([f"{engine} {verdict}" for engine, verdict in said]) + "."
    else:
        (engine, verdict), *others = said
        text = listed([f"{engine} said {verdict}", *(f"{name} {word}" for name, word in others)])
        yield text[0].upper() + text[1:] + "."


def _way(message: Row, teller: Teller) -> Iterator[str]:
    """Yield what happened between arrival and delivery: splits, rewrites, quarantines and releases."""
    steps = list(told(message, *_STEPS))
    if any(line.kind == "released_from_quarantine" for line in steps):  # which tell more
        steps = [line for line in steps if line.kind != "released_from_all_quarantines"]
    is_split = False
    for (sort, time), lines in groupby(steps[:_MOST_STEPS], lambda line: (_STEPS[line.kind], line.time)):
        sentence = _step(sort, list(lines), teller.at(time), None if is_split else message["mid"])
        if sentence:
            yield sentence
        is_split = is_split or sort == "split"
    if len(steps) > _MOST_STEPS:
        yield f"{counted(len(steps) - _MOST_STEPS, 'more step')} of this kind followed."


def _step(sort: str, lines: list[Told], when: str, whole: int | None) -> str | None:
    """Return the sentence of lines of one sort and second; None where nothing of them can be read.

    `whole` is the MID that all of the message has; None once it was split.
    """
    events = [line.event for line in lines if line.event]
    if not events and sort not in ("spam", "free"):
        return None
    facts = {
        "when": when,
        "who": "It" if not events or events[0].mid == whole else f"Message {events[0].mid}",
        "part": "A part of it" if whole is None else "It",
        "parts": "a part" if len(events) == 1 else "parts",
        "quarantine": "quarantine" if len(events) == 1 else "quarantines",
        "holds": listed([hold(event) for event in events]) if sort in ("held", "released") else "",
        "new": _new(events) if sort in ("reinjected", "rewritten", "split") else "",
        "by": _by(events[0]) if sort == "rewritten" else "",
    }
    return _SENTENCES[sort].format(**facts)


def _new(events: Sequence[Any]) -> str:
    mids = listed([str(event.new_mid) for event in events])
    return f"message {mids}" if len(events) == 1 else f"messages {mids}"


def _by(event: Any) -> str:
    return brief(event.rewritten_by) + (f" {quoted(event.filter)}" if event.filter else "")


def _end(message: Row) -> Iterator[str]:
    if message["open"]:
        yield "These logs end before it was finished."
    if message["last_state"]:
        yield f"Its Last State is {brief(message['last_state'])}."
