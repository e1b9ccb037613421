"""One message under several MIDs: splits by policy and by safelist or blocklist, and rewrites."""

from collections.abc import Generator, Sequence

from midtrail.simulate import words
from midtrail.simulate.flow import Flow
from midtrail.simulate.truth import Line, Recipient

_ROOM = 8000  # milliseconds that a new MID needs to show itself
New = Generator[int, None, Flow | None]


def split(
    flow: Flow, groups: Sequence[tuple[list[Recipient], str]], *, listed: bool = True
) -> Generator[int, None, list[Flow]]:
    """Split a message: each group of recipients, with the reason, goes on under a MID of its own."""
    children = []
    for group, reason in groups:
        yield flow.ms
        if flow.ms + _ROOM > flow.box.end:
            break
        children.append(_child(flow, group, reason, listed=listed))
    return children


def _child(flow: Flow, group: list[Recipient], reason: str, *, listed: bool) -> Flow:
    box = flow.box
    mid = box.next_mid()
    line = flow.say_now(f"MID {flow.mid} was split creating MID {mid} due to {reason}")
    child = flow.take(mid, group, flow.ms)
    child.decide("Processing", line)
    child.say(f"MID {mid} ICID 0 From: <{flow.message.sender}>")
    for rid, one in enumerate(group):
        one.rid = rid
        if listed:
            if box.dice.chance(0.05) and one.recipient.isascii():
                one.recipient = one.recipient.swapcase()
            child.say(f"MID {mid} ICID 0 RID {rid} To: <{one.recipient}>")
    flow.ms = child.ms
    return child


def rewrite(flow: Flow, by: str, addresses: Sequence[str] | None = None) -> New:
    """Go on under a new MID: with the old recipients under their RIDs, or with those that it lists.

    Old recipients that are not listed are redirected. The line that tells of the rewrite comes before or
    after the first lines of the new MID. Returns None where the archive ends before that.
    """
    yield flow.ms
    box, message = flow.box, flow.message
    if flow.ms + _ROOM > box.end:
        return None
    mid = box.next_mid()
    text = f"MID {flow.mid} rewritten to {box.dice.pick(('MID ', 'MID ', ''))}{mid} by {by}"
    line = flow.say_now(text) if box.dice.chance(0.7) else None
    old = list(flow.recipients)
    new = flow.take(mid, old, flow.ms)
    if addresses is not None:
        _list(new, addresses, flow.mid)
    elif box.dice.chance(0.5):
        new.say(f"MID {mid} Custom Log Entry: begun")
    if line is None:
        flow.ms = new.ms
        flow.wait(0, 2500)
        line = flow.say_now(text)
        new.ms = flow.ms
    for one in message.recipients:
        if one.mid == mid:
            new.decide("Processing", line, [one])
    redirected = [one for one in old if one.mid == flow.mid]
    flow.decide("Redirected", line, redirected)
    if redirected or box.dice.chance(0.5):
        Flow(box, message, flow.mid, [], new.ms).finish()
    return new


def _list(new: Flow, addresses: Sequence[str], old_mid: int) -> None:
    """Let the new MID list its recipients; those not listed stay with the old MID."""
    message, before = new.message, list(new.recipients)
    known = {one.recipient.lower(): one for one in before}
    new.recipients = []
    if message.sender is not None:
        new.say(f"MID {new.mid} ICID 0 From: <{message.sender}>")
    for rid, address in enumerate(addresses):
        one = known.get(address.lower())
        if one is None:
            one = Recipient(address, new.mid, rid, "Processing", None, unique=True)
            message.recipients.append(one)
        one.recipient, one.rid = address, rid
        new.recipients.append(one)
        new.say(f"MID {new.mid} ICID 0 RID {rid} To: <{address}>")
    for one in before:
        if one not in new.recipients:
            one.mid = old_mid


def stay_behind(old: Flow, line: Line | None, new: Flow, addresses: Sequence[str]) -> None:
    """Let a message come back from a quarantine for some recipients only; the others stay there as they were."""
    states = {one: (one.state, one.evidence) for one in new.recipients}
    before = list(new.recipients)
    _list(new, addresses, old.mid)
    new.decide("Processing", line)
    old.recipients = [one for one in before if one not in new.recipients]
    for one in old.recipients:
        one.state, one.evidence = states[one]


def redirected_addresses(flow: Flow) -> list[str]:
    """Return to whom a rewrite sends a message: to others, and sometimes still to some of its own."""
    dice = flow.box.dice
    others = [words.address(dice, flow.box.unique(), words.OUR_DOMAINS)]
    kept = [one.recipient for one in dice.some(flow.recipients)] if dice.chance(0.3) else []
    return kept + others
