"""Quarantines: the spam quarantine, on the appliance and off it, and the policy quarantines."""

from dataclasses import dataclass, field

from midtrail.simulate.appliance import Steps
from midtrail.simulate.chance import shares
from midtrail.simulate.delivery import connect, deliver
from midtrail.simulate.families import rewrite, stay_behind
from midtrail.simulate.flow import Flow
from midtrail.simulate.truth import Line, deciding

_SECOND, _MINUTE, _HOUR, _DAY = 1000, 60_000, 3_600_000, 86_400_000
_SPAM_STATE = "Quarantined by Anti-Spam/Graymail"
_FATES = shares(released=40, released_same_mid=10, deleted=15, deleted_of_one=3, released_of_one=7, kept=25)
_ROOM = 10 * _SECOND
QUARANTINES = (
    ("Policy", "content filter:Block it's", "Content Filters"),
    ("Profanity", "content filter:Profanity_Filter_Body", "Content Filters"),
    ("Policy 2", "message filter:policy_violation", "Message Filters"),
    ("Outbreak", "VOF rule:.pif file in zip", "Outbreak Filters"),
    ("Virus", "a/v verdict VIRAL", "Anti-Virus"),
    ("Secrets", "DLP violation", "DLP"),
)


def spam_quarantine(flow: Flow) -> Steps:
    """Send a message to the appliance's own spam quarantine; hours later it may come back."""
    box, dice, mid = flow.box, flow.box.dice, flow.mid
    name = dice.pick(("ISQ", "ISQ", "ISQ", "EUQ"))
    flow.say(f"{name}: Tagging MID {mid} for quarantine")
    flow.decide("Queued for Delivery", flow.say(f"MID {mid} queued for delivery"))
    yield flow.wait(100, 3000)
    rcid = box.next_rcid()
    flow.say(f"RPC Delivery start RCID {rcid} MID {mid} to local IronPort Spam Quarantine")
    line = flow.say(f"{name}: Quarantined MID {mid}")
    flow.decide(_SPAM_STATE, line)
    flow.wait(0, 800)
    done = flow.say(f"RPC Message done RCID {rcid} MID {mid}")
    if done is not None:
        flow.decide(_SPAM_STATE, deciding((line, done)))
    flow.finish()
    if dice.chance(0.4):
        yield from _reinject(flow, name)


def _reinject(flow: Flow, name: str) -> Steps:
    """Release a message from the spam quarantine: it goes on under a new MID."""
    box, dice = flow.box, flow.box.dice
    yield flow.wait(10 * _MINUTE, 5 * _DAY)
    if flow.ms + _ROOM > box.end:
        return
    mid = box.next_mid()
    line = flow.say_now(f"{name}: Reinjected MID {flow.mid} as MID {mid}")
    new = flow.take(mid, list(flow.recipients), flow.ms)
    if dice.chance(0.5):
        chosen = dice.some(new.recipients) if dice.chance(0.3) else new.recipients
        stay_behind(flow, line, new, [one.recipient for one in chosen])
    else:
        new.decide("Processing", line)
    deliver(new)


def offbox_spam_quarantine(flow: Flow) -> Steps:
    """Send a message to a spam quarantine on another host, over SMTP."""
    dice, mid = flow.box.dice, flow.mid
    flow.decide("Queued for Delivery", flow.say(f"MID {mid} queued for delivery"))
    yield flow.wait(50, 2000)
    connection = connect(flow, "quarantine.example.com")
    rids = [one.rid for one in flow.recipients]
    begun = flow.say(
        f"Delivery start DCID {connection.dcid} MID {mid} to RID {rids} to offbox IronPort Spam Quarantine"
    )
    if begun is not None:
        flow.message.ways_out.append(connection)
    flow.wait(20, 900)
    line = flow.say(f"Message done DCID {connection.dcid} MID {mid} to RID {rids} (external quarantine) ")
    flow.decide(_SPAM_STATE, line)
    answer = f"ok:  Message {dice.between(1, 99999999)} accepted"
    answered = flow.say(f"MID {mid} RID {rids} Response '{answer}'")
    for one in flow.recipients:
        one.dcid, one.destination_ip = (connection.dcid, connection.address) if begun else (None, None)
        one.response = answer if answered else None
    connection.last_use = max(connection.last_use, flow.ms)
    flow.finish()


def central_quarantine(flow: Flow) -> Steps:
    """Hand a message over to a policy quarantine on another host, where it stays."""
    mid = flow.mid
    name, reason, engine = flow.box.dice.pick(QUARANTINES)
    line = flow.say(f'MID {mid} enqueued for transfer to centralized quarantine "{name}" ({reason})')
    flow.decide(f"Quarantined by {engine}", line)
    flow.say(f"MID {mid} queued for delivery")
    yield flow.wait(50, 2000)
    connection = connect(flow, "cpq.example.com")
    rids = [one.rid for one in flow.recipients]
    if flow.say(f"Delivery start DCID {connection.dcid} MID {mid} to RID {rids}"):
        flow.message.ways_out.append(connection)
    flow.wait(20, 900)
    flow.say(f"Message done DCID {connection.dcid} MID {mid} to RID {rids}")
    flow.say(f"MID {mid} RID {rids} Response 'ok:  Message {flow.box.dice.between(1, 99999999)} accepted'")
    connection.last_use = max(connection.last_use, flow.ms)
    flow.finish()


@dataclass(slots=True, eq=False)
class _Held:
    """A message in quarantines: the line that put it in each, and the engine that asked for it."""

    flow: Flow
    lines: dict[str, Line] = field(default_factory=dict)
    engines: dict[str, str] = field(default_factory=dict)

    def enter(self, name: str, reason: str, engine: str) -> None:
        """Put the message into a quarantine."""
        line = self.flow.say(
            f'MID {self.flow.mid} quarantined to "{name}"' + (f" ({reason})" if reason else "")
        )
        if line is not None:
            self.lines[name], self.engines[name] = line, engine
            self.show()

    def leave(self, name: str) -> None:
        """Note that one quarantine holds the message no more."""
        self.lines.pop(name, None)
        self.engines.pop(name, None)

    def show(self) -> None:
        """Note the state that the quarantines give the message."""
        engines = set(self.engines.values())
        one = next(iter(engines))
        state = (
            "Quarantined by Multiple Engines"
            if len(engines) > 1
            else f"Quarantined by {one}"
            if one
            else "Quarantined"
        )
        self.flow.decide(state, deciding(self.lines.values()))


def policy_quarantine(flow: Flow) -> Steps:
    """Hold a message in one or several policy quarantines until it is released, deleted, or the log ends."""
    dice = flow.box.dice
    held = _Held(flow)
    if dice.chance(0.1):
        held.enter("Unclassified", "", "")
    else:
        several = dice.some(QUARANTINES) if dice.chance(0.3) else [dice.pick(QUARANTINES)]
        for name, reason, engine in several[:3]:
            held.enter(name, reason, engine)
            if dice.chance(0.1):
                flow.say(f'MID {flow.mid} quarantine "{name}" new reason (VOF rule:OUTBREAK_0000231)')
            flow.wait(0, 700)
    fate = dice.pick(_FATES)
    is_finished = fate != "released_same_mid" and dice.chance(0.8)
    if is_finished:
        flow.finish()
    if fate == "kept":
        return
    yield flow.wait(5 * _MINUTE, 3 * _HOUR) if dice.chance(0.5) else flow.wait(_HOUR, 14 * _DAY)
    if flow.ms + _ROOM > flow.box.end or not held.lines:
        return
    yield from _let_go(held, fate, is_finished=is_finished)


def _let_go(held: _Held, fate: str, *, is_finished: bool) -> Steps:
    flow, dice = held.flow, held.flow.box.dice
    names = list(held.lines)
    if fate in ("deleted", "deleted_of_one"):
        _delete(held, names if fate == "deleted" else names[:1])
        if not is_finished and fate == "deleted":
            flow.finish()
    elif fate == "released_of_one" and len(names) > 1:
        _release(held, names[0])
        held.show()
    else:
        for name in names:
            _release(held, name)
        line = flow.say_now(f"MID {flow.mid} released from all quarantines")
        flow.decide("Processing", line)
        if fate == "released_same_mid":
            _go_on(flow)
            return
        new = yield from rewrite(
            flow,
            dice.pick(("Policy Quarantine", "System Quarantine")),
            [one.recipient for one in flow.recipients] if dice.chance(0.3) else None,
        )
        if not is_finished:
            flow.finish()
        if new is not None:
            deliver(new)


def _release(held: _Held, name: str) -> None:
    dice, mid = held.flow.box.dice, held.flow.mid
    stripped = " (attachments stripped)" if dice.chance(0.1) else ""
    why = dice.pick((" (manual)", " (expired)", " (queue full) t=190", ""))
    held.flow.say_now(f'MID {mid} released{stripped} from quarantine "{name}"{why}')
    held.leave(name)


def _delete(held: _Held, names: list[str]) -> None:
    """Delete a message, from all quarantines or, which is as final, from one."""
    flow = held.flow
    why = flow.box.dice.pick(("manual", "expired", "queue full"))
    lines = [flow.say_now(f'MID {flow.mid} deleted from quarantine "{name}" ({why})') for name in names]
    if len(names) == len(held.lines):
        lines.append(flow.say_now(f"MID {flow.mid} deleted from all quarantines"))
    flow.decide("Deleted from Quarantine", deciding(lines))


def _go_on(flow: Flow) -> None:
    """Go on under the same MID, as Outbreak Filters let messages go on: scanned again, then delivered."""
    flow.verdict("antivirus", "negative", f"MID {flow.mid} antivirus negative (released from Outbreak)")
    deliver(flow)
