"""Remediation: minutes to months later, batches of several sources remove or forward what was delivered."""

from dataclasses import dataclass

from midtrail.simulate import words
from midtrail.simulate.appliance import Steps
from midtrail.simulate.chance import Dice, shares
from midtrail.simulate.flow import Flow
from midtrail.simulate.truth import Message, Outcome, Recipient

_SECOND, _MINUTE, _DAY = 1000, 60_000, 86_400_000
_LONGEST = 200 * _SECOND
"""A batch has all its outcomes for a message within that time."""
_ACTIONS = ("Delete", "Forward", "Forward and Delete")
_REASONS = ("Message not found in user mailbox", "No profiles mapped for domain")
_WAITS = ((_MINUTE, 60 * _MINUTE), (60 * _MINUTE, _DAY), (_DAY, 9 * _DAY), (10 * _DAY, 50 * _DAY))
_FATES = shares(remediated=60, partial=15, failed=12, none=6, some=4, skipped=3)
_OPEN_END = ("none", "some")
_STATES = {"Remediated": "Remediated", "Failed": "Remediation Failed"}


@dataclass(frozen=True, slots=True)
class Batch:
    """One order to remediate, for one message or for many."""

    batch: str
    action: str
    source: str
    by: str
    epoch: int

    @classmethod
    def new(cls, dice: Dice, epoch: int) -> "Batch":
        """Give an order."""
        source, by = dice.pick(words.BATCH_SOURCES), dice.pick(words.ANALYSTS)
        return cls(dice.uuid(), dice.pick(_ACTIONS), source, by, epoch)


def remediate(flow: Flow) -> Steps:
    """Remediate the delivered recipients of a MID, or of all its family, in one batch or in two."""
    dice, epoch = flow.box.dice, flow.box.epoch
    for _ in range(2 if dice.chance(0.2) else 1):
        yield flow.wait(*dice.pick(_WAITS))
        fate = dice.pick(_FATES)
        mid, delivered = _named(flow, fate)
        if flow.ms + _LONGEST > flow.box.end:
            return
        if flow.box.epoch != epoch and (fate in _OPEN_END or not all(one.unique for one in delivered)):
            return  # the MID may be used again, and the lines would not say whose they are
        if fate in _OPEN_END and any(one.remediation for one in delivered):
            return
        _carry_out(flow, mid, delivered, fate, _batch(flow, epoch, delivered))


def _named(flow: Flow, fate: str) -> tuple[int, list[Recipient]]:
    """Return the MID that a batch names, and the delivered recipients that it is for.

    The MID is the one that was delivered, or one that this one came from; the first stands for recipients of
    other MIDs too where the batch has an outcome for each of them.
    """
    dice, message = flow.box.dice, flow.message
    counted = [one for one in message.recipients if one.state != "Redirected"]
    if all(one in flow.recipients for one in counted):
        mid = dice.pick(sorted(message.mids))
    elif fate not in _OPEN_END and all(_is_settled(message, one) for one in counted):
        mid = message.mid
    else:
        mid = flow.mid
    if mid != flow.mid and dice.chance(0.5):
        return mid, [one for one in counted if one.delivered_at is not None]
    return flow.mid, [one for one in flow.recipients if one.delivered_at is not None]


def _is_settled(message: Message, one: Recipient) -> bool:
    """Tell whether nothing can be delivered to a recipient any more."""
    return one.mid in message.finished and not one.state.startswith("Quarantined")


def _batch(flow: Flow, epoch: int, delivered: list[Recipient]) -> Batch:
    """Return the batch: one of many messages, each of which it announces, or a new one."""
    box, known = flow.box, flow.box.batch
    had = {outcome.batch for one in delivered for outcome in one.remediation}
    if (
        known is not None
        and known.epoch == box.epoch == epoch
        and known.batch not in had
        and box.dice.chance(0.5)
    ):
        return known
    made = Batch.new(box.dice, epoch)
    if box.dice.chance(0.8):
        box.batch = made
    return made


def _carry_out(flow: Flow, mid: int, delivered: list[Recipient], fate: str, batch: Batch) -> None:
    """Say that the batch begins, which some sources leave out, and what became of each recipient."""
    dice = flow.box.dice
    outcomes: dict[Recipient, Outcome] = {}
    if fate in _OPEN_END or flow.box.batch is batch or dice.chance(0.5):
        outcomes = _initiate(flow, mid, delivered, batch)
    told = [] if fate == "none" else dice.some(delivered) if fate == "some" else delivered
    for one in told:
        flow.wait(0 if outcomes else 1, 4 * _SECOND)
        name = one.recipient.swapcase() if one.recipient.isascii() and dice.chance(0.05) else one.recipient
        status, reason = _status(dice, fate)
        text = f"Message {mid} was processed with '{batch.action}' remedial action for recipient '{name}' in batch '{batch.batch}'. Remediation status: {status}."
        done = flow.say(text + (f" Reason: {reason}" if reason else ""))
        if done is None:
            return
        if one not in outcomes:
            outcomes[one] = Outcome(batch.batch, batch.action)
            one.remediation.append(outcomes[one])
        outcome = outcomes[one]
        outcome.processed_at, outcome.status, outcome.reason = done.second, status, reason
        flow.decide(_STATES.get(status, f"Remediation {status}"), done, [one])


def _initiate(flow: Flow, mid: int, delivered: list[Recipient], batch: Batch) -> dict[Recipient, Outcome]:
    text = f"Message {mid} was initiated for '{batch.action}' remedial action by '{batch.by}' from source '{batch.source}' in batch '{batch.batch}'."
    line = flow.say(text)
    if line is None:
        return {}
    outcomes = {
        one: Outcome(batch.batch, batch.action, batch.source, batch.by, line.second) for one in delivered
    }
    for one, outcome in outcomes.items():
        one.remediation.append(outcome)
    flow.decide("Remediation Initiated", line, delivered)
    return outcomes


def _status(dice: Dice, fate: str) -> tuple[str, str | None]:
    if fate == "skipped":
        return "Skipped", None
    if fate == "failed" or (fate == "partial" and dice.chance(0.5)):
        return "Failed", dice.pick(_REASONS) if dice.chance(0.9) else None
    return "Remediated", None
