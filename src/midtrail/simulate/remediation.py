"""Remediation: minutes to months later, batches of several sources remove or forward what was delivered."""

from midtrail.simulate import words
from midtrail.simulate.appliance import Steps
from midtrail.simulate.chance import shares
from midtrail.simulate.flow import Flow
from midtrail.simulate.truth import Line, Outcome, Recipient

_SECOND, _MINUTE, _DAY = 1000, 60_000, 86_400_000
_ACTIONS = ("Delete", "Forward", "Forward and Delete")
_REASONS = ("Message not found in user mailbox", "No profiles mapped for domain")
_WAITS = ((_MINUTE, 60 * _MINUTE), (60 * _MINUTE, _DAY), (_DAY, 9 * _DAY), (10 * _DAY, 50 * _DAY))
_FATES = shares(remediated=60, partial=15, failed=12, none=6, some=4, skipped=3)


def remediate(flow: Flow) -> Steps:
    """Remediate the delivered recipients of a MID, in one batch or in two."""
    dice, epoch = flow.box.dice, flow.box.epoch
    if dice.chance(0.3) and not all(one.unique for one in flow.recipients):
        return
    for _ in range(2 if dice.chance(0.2) else 1):
        yield flow.wait(*dice.pick(_WAITS))
        fate = dice.pick(_FATES)
        delivered = [one for one in flow.recipients if one.delivered_at is not None]
        if _ambiguous(flow, epoch, delivered):
            return
        if fate in ("none", "some") and (
            flow.box.epoch != epoch or any(one.remediation for one in delivered)
        ):
            return
        _batch(flow, delivered, fate)


def _ambiguous(flow: Flow, epoch: int, delivered: list[Recipient]) -> bool:
    """Tell whether the lines would not say whose they are: the MID was used again, an address is common."""
    late = flow.ms + 60 * _SECOND > flow.box.end
    return late or (flow.box.epoch != epoch and not all(one.unique for one in delivered))


def _batch(flow: Flow, delivered: list[Recipient], fate: str) -> None:
    dice = flow.box.dice
    mid, batch, action = _named(flow), dice.uuid(), dice.pick(_ACTIONS)
    line, outcomes = _initiate(
        flow, mid, delivered, batch, action, announced=fate in ("none", "some") or dice.chance(0.9)
    )
    if fate == "none":
        return
    told = dice.some(delivered) if fate == "some" else delivered
    for one in told:
        flow.wait(0 if line else 1, 4 * _SECOND)
        status, reason = _status(flow, fate)
        text = f"Message {mid} was processed with '{action}' remedial action for recipient '{one.recipient}' in batch '{batch}'. Remediation status: {status}."
        done = flow.say(text + (f" Reason: {reason}" if reason else ""))
        if done is None:
            return
        outcome = outcomes.get(one) or Outcome(batch, action)
        if one not in outcomes:
            one.remediation.append(outcome)
        outcome.processed_at, outcome.status, outcome.reason = done.second, status, reason
        flow.decide(
            {"Remediated": "Remediated", "Failed": "Remediation Failed"}.get(status, f"Remediation {status}"),
            done,
            [one],
        )


def _named(flow: Flow) -> int:
    """Return the MID that a batch names: the one that was delivered, or one that this one came from."""
    message = flow.message
    alone = all(one in flow.recipients for one in message.recipients if one.state != "Redirected")
    return flow.box.dice.pick(sorted(message.mids)) if alone and flow.box.dice.chance(0.5) else flow.mid


def _initiate(
    flow: Flow, mid: int, delivered: list[Recipient], batch: str, action: str, *, announced: bool
) -> tuple[Line | None, dict[Recipient, Outcome]]:
    """Say that the batch begins, for all delivered recipients; some sources only tell the outcomes."""
    if not announced:
        return None, {}
    dice = flow.box.dice
    by, source = dice.pick(words.ANALYSTS), dice.pick(words.BATCH_SOURCES)
    line = flow.say(
        f"Message {mid} was initiated for '{action}' remedial action by '{by}' from source '{source}' in batch '{batch}'."
    )
    if line is None:
        return None, {}
    outcomes = {one: Outcome(batch, action, source, by, line.second) for one in delivered}
    for one, outcome in outcomes.items():
        one.remediation.append(outcome)
    flow.decide("Remediation Initiated", line, delivered)
    return line, outcomes


def _status(flow: Flow, fate: str) -> tuple[str, str | None]:
    dice = flow.box.dice
    if fate == "skipped":
        return "Skipped", None
    if fate == "failed" or (fate == "partial" and dice.chance(0.5)):
        return "Failed", dice.pick(_REASONS) if dice.chance(0.9) else None
    return "Remediated", None
