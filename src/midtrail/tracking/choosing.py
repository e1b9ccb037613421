"""Which messages are meant: by MID, time, sender, recipient, subject, Last State and appliance, all together.

Text is compared without regard to case, and `*` stands for anything. An address without `@` is a domain; a
subject need only be part of the subject; `<>` is the empty sender of a bounce. Whatever is given becomes a
parameter of the query, never part of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, NamedTuple

from midtrail.errors import UsageError
from midtrail.moments import moment_of


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What a message must be to be chosen; None asks nothing. `since` and `until` are about its start."""

    mids: Sequence[int] = ()
    since: datetime | None = None
    until: datetime | None = None
    sender: str | None = None
    recipient: str | None = None
    subject: str | None = None
    state: str | None = None
    host: str | None = None


class Marks(NamedTuple):
    """What every message that is looked for has: one of some MIDs or a line with one of some SHA-256 hashes, and values.

    Each of `values` tells fields, as a search calls them, with values of which it has one.
    """

    mids: Sequence[int] = ()
    hashes: Sequence[str] = ()
    values: Sequence[Mapping[str, Sequence[str]]] = ()


STARTED = "coalesce(m.started_at, m.last_event_at)"
"""When `messages m` began, or where that is out of sight, when it was last seen."""


class Seen(NamedTuple):
    """The least and greatest MID and time (microseconds, UTC), and the MIDs next to one that was asked for."""

    first_mid: int | None
    last_mid: int | None
    first_time: int | None
    last_time: int | None
    below: int | None
    above: int | None


_RECIPIENTS = "SELECT r.message FROM recipients r WHERE "


def condition(choice: Choice) -> tuple[str, list[Any]]:
    """Return a condition on `messages m`, with its parameters in order."""
    parts = list(_parts(choice))
    return " AND ".join(["true", *(part for part, _ in parts)]), [value for _, value in parts]


def _parts(choice: Choice) -> Iterator[tuple[str, Any]]:
    if choice.mids:
        yield "list_has_any(m.mids, ?::BIGINT[])", list(choice.mids)
    if choice.since is not None:
        yield f"{STARTED} >= ?::TIMESTAMPTZ", choice.since
    if choice.until is not None:
        yield f"{STARTED} < ?::TIMESTAMPTZ", choice.until
    if choice.sender is not None:
        yield "m.sender ILIKE ? ESCAPE '!'", like(address(choice.sender))
    if choice.recipient is not None:
        yield f"m.message IN ({_RECIPIENTS} r.recipient ILIKE ? ESCAPE '!')", like(address(choice.recipient))
    if choice.subject is not None:
        yield "m.subject ILIKE ? ESCAPE '!'", like(f"*{choice.subject}*")
    if choice.state is not None:
        yield "m.last_state ILIKE ? ESCAPE '!'", like(choice.state)
    if choice.host is not None:
        yield "m.host ILIKE ? ESCAPE '!'", like(choice.host)


def asks_time_only(choice: Choice) -> bool:
    """Tell whether a choice asks nothing but when messages began, or nothing."""
    return replace(choice, since=None, until=None) == Choice()


def choice_of(**wanted: Any) -> Choice:
    """Return a choice from what was asked; `since` and `until` may be ISO 8601.

    Raises UsageError for a name that messages cannot be chosen by, and for what is no time.
    """
    known = [field.name for field in fields(Choice)]
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise UsageError(f"Messages cannot be chosen by {unknown[0]!r}: take one of {', '.join(known)}.")
    times: dict[str, Any] = {name: moment_of(wanted.get(name), name) for name in ("since", "until")}
    return Choice(**wanted | times)


def address(wanted: str) -> str:
    """Return the pattern that an address must fit."""
    bare = wanted[1:-1] if wanted.startswith("<") and wanted.endswith(">") else wanted
    return bare if "@" in bare or "*" in bare or not bare else f"*@{bare}"


def like(pattern: str) -> str:
    """Return a pattern with `*` as SQL's LIKE reads it."""
    return "%".join(map(literal, pattern.split("*")))


def literal(text: str) -> str:
    """Return text as a part of a pattern of LIKE, with `!` before what LIKE would take for its own."""
    for special in "!%_":
        text = text.replace(special, "!" + special)
    return text
