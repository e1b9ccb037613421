"""Messages that the appliance makes itself: copies, notifications, bounce notices."""

from collections.abc import Callable

from midtrail.simulate import words
from midtrail.simulate.appliance import Appliance, Steps
from midtrail.simulate.flow import Flow, start
from midtrail.simulate.truth import Connection, Message, Recipient

Deliver = Callable[[Flow], None]
"""How a message is delivered; handed in, since its delivery may make another message."""


def copy(flow: Flow, deliver: Deliver) -> Steps:
    """Make a copy of a message for someone else: a bcc or a notification."""
    box, dice = flow.box, flow.box.dice
    by = dice.pick(
        (
            f"bcc filter '{dice.pick(words.COPY_FILTERS)}'",
            f"notify filter '{dice.pick(words.COPY_FILTERS)}'",
            "antivirus",
        )
    )
    made = _made(box, f"was generated based on MID {flow.mid} by {by}", flow.mid, explained_first=False)
    if made is None:
        return
    mailbox = words.address(dice, box.unique(), ("archive.example",))
    _fill(made, flow.message.sender or "", mailbox)
    if dice.chance(0.3):
        made.outbound = True
        made.matches("DEFAULT")
    deliver(made)
    yield from ()


def bounce_notice(flow: Flow, sender: str, deliver: Deliver) -> Steps:
    """Tell the sender that recipients bounced; the lines that begin the notice come in either order."""
    made = _made(
        flow.box,
        f"was generated for bounce of MID {flow.mid}",
        flow.mid,
        explained_first=flow.box.dice.chance(0.5),
    )
    if made is None:
        return
    _fill(made, "", sender)
    deliver(made)
    yield from ()


def notification(box: Appliance, deliver: Deliver) -> Steps:
    """Send a recipient the spam quarantine's notification."""
    made = start(box, Connection(0), box.now, note=" (ISQ Notification)")
    if made is None:
        return
    _fill(made, "quarantine@example.com", words.address(box.dice, box.unique(), words.OUR_DOMAINS))
    deliver(made)
    yield from ()


def _made(box: Appliance, explained: str, origin: int, *, explained_first: bool) -> Flow | None:
    """Begin a message that the appliance makes; both lines stand in one second."""
    if not box.may_make_another() or box.now > box.end:
        return None
    mid = box.counters.mid + 1
    told = box.say(box.now, f"MID {mid} {explained}") if explained_first else None
    made = start(box, Connection(0), box.now)
    if made is None:
        return None
    told = told or box.say(box.now, f"MID {mid} {explained}")
    if told is not None:
        told.of = made.message
    made.message.origin_mid = origin
    return made


def _fill(made: Flow, sender: str, mailbox: str) -> None:
    """Give a made message its envelope and its size."""
    message: Message = made.message
    if made.say(f"MID {made.mid} ICID 0 From: <{sender}>"):
        message.sender = sender
    if made.say(f"MID {made.mid} ICID 0 RID 0 To: <{mailbox}>"):
        made.recipients.append(Recipient(mailbox, made.mid, 0, "Receiving", made.begun))
        message.recipients += made.recipients
    size = made.box.dice.between(500, 9000)
    line = made.say(f"MID {made.mid} ready {size} bytes from <{sender}>")
    if line is not None:
        message.size_bytes = size
        message.own_state = "Processing"
    made.decide("Processing", line)
