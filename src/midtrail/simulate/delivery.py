"""Delivery: the queue, connections to destinations, retries, bounces and the notices that they cause."""

from dataclasses import dataclass, field

from midtrail.simulate import words
from midtrail.simulate.appliance import Appliance, Outgoing, Steps
from midtrail.simulate.copies import bounce_notice
from midtrail.simulate.flow import Flow
from midtrail.simulate.remediation import remediate
from midtrail.simulate.truth import Recipient, deciding

_SECOND = 1000
_IDLE = 5 * _SECOND
_RETRIES = (60, 240, 900, 3600, 14_400, 43_200)  # seconds
_DELAYS = (
    ("4.1.0 - Unknown address error", "('466', ['Mailbox temporarily full.'])[]"),
    ("4.4.0 - Other network problem", "('000', ['[Errno 54] Connection reset by peer']) []"),
    ("4.2.1 - Greylisted, it's not you", "('451', [\"4.7.1 it's too early\"]) []"),
)
_BOUNCES = (
    ("5.1.0 - Unknown address error", "('550', ['5.1.1 User unknown']) []"),
    ("5.1.0 - Unknown address error", "('552', ['5.2.3 message size exceeds fixed maximum message size'])"),
    ("5.3.0 - Other mail system problem", "('554', [\"it's spam: MID 7 to RID 0\"]) []"),
)


@dataclass(slots=True, eq=False)
class _Delivery:
    """The delivery of one MID: what is left to do, who bounced."""

    flow: Flow
    left: int
    bounced: list[Recipient] = field(default_factory=list)


def deliver(flow: Flow) -> None:
    """Queue a message, and deliver it to each destination domain on its own."""
    line = flow.say(f"MID {flow.mid} queued for delivery")
    flow.decide("Queued for Delivery", line)
    domains: dict[str, list[Recipient]] = {}
    for one in flow.recipients:
        domains.setdefault(words.domain_of(one.recipient), []).append(one)
    delivery = _Delivery(flow, len(domains))
    for domain, group in domains.items():
        part = Flow(flow.box, flow.message, flow.mid, group, flow.ms)
        flow.box.spawn(_to_domain(delivery, part, domain), part.wait(0, 2500), flow.message)


def _to_domain(delivery: _Delivery, part: Flow, domain: str) -> Steps:
    """Try until every recipient of the domain has the message or has bounced."""
    dice = part.box.dice
    waiting = part.recipients
    hard = dice.chance(0.01)
    for attempt, pause in enumerate(_RETRIES):
        yield part.ms
        if hard:
            _bounce(
                delivery,
                part,
                0,
                waiting,
                "5.1.2 - Bad destination host",
                f"('000', ['DNS Hard Error looking up {domain} (MX):  NXDomain'])",
            )
            waiting = []
            break
        waiting = _attempt(delivery, part, domain, waiting, attempt)
        if not waiting:
            break
        _postpone(part, waiting, pause)
    if waiting:
        yield part.ms
        _bounce(
            delivery,
            part,
            0,
            waiting,
            "5.4.7 - Delivery expired (message too old)",
            "('000', ['timeout']) []",
        )
    _end(delivery, part)


def connect(part: Flow, domain: str) -> Outgoing:
    """Return a connection to the domain: the one that is idle, or a new one."""
    box = part.box
    known = box.outgoing.get(domain)
    if known is not None and 0 <= box.now - known.last_use < _IDLE - _SECOND:
        known.uses += 1
        return known
    made = Outgoing(box.next_dcid(), words.destination(domain), part.ms)
    box.outgoing[domain] = made
    box.say(
        part.ms, f"New SMTP DCID {made.dcid} interface 203.0.113.5 address {made.address} port 25", of=made
    )
    if box.dice.chance(0.4):
        box.say(
            part.ms,
            f"DCID {made.dcid} TLS success protocol TLSv1.2 cipher ECDHE-RSA-AES256-GCM-SHA384 ",
            of=made,
        )
    box.spawn(_closing(box, made, domain), part.ms + _IDLE)
    return made


def _closing(box: Appliance, connection: Outgoing, domain: str) -> Steps:
    while box.now - connection.last_use < _IDLE:
        yield connection.last_use + _IDLE
    if box.outgoing.get(domain) is connection:
        del box.outgoing[domain]
    box.say(box.now, f"DCID {connection.dcid} close", of=connection)


def _attempt(
    delivery: _Delivery, part: Flow, domain: str, waiting: list[Recipient], attempt: int
) -> list[Recipient]:
    """Try once, and return the recipients that have to wait."""
    dice = part.box.dice
    connection = connect(part, domain)
    if part.say(f"Delivery start DCID {connection.dcid} MID {part.mid} to RID {_rids(waiting)}"):
        part.message.ways_out.append(connection)
        for one in waiting:
            one.dcid, one.destination_ip = connection.dcid, connection.address
    part.wait(50, 2500)
    late: list[Recipient] = []
    if dice.chance(0.6 if attempt else 0.05):
        late = waiting if dice.chance(0.7) else dice.some(waiting)
    gone = [one for one in waiting if one not in late and dice.chance(0.03)]
    done = [one for one in waiting if one not in late and one not in gone]
    if done:
        _done(part, connection, done)
    if gone:
        code, detail = dice.pick(_BOUNCES)
        _bounce(delivery, part, connection.dcid, gone, code, detail, connection.address)
    if late:
        _delay(part, connection, late, domain)
    connection.last_use = max(connection.last_use, part.ms)
    return late


def _done(part: Flow, connection: Outgoing, done: list[Recipient]) -> None:
    dice = part.box.dice
    tail = dice.pick(
        (
            "",
            "",
            " ",
            f" [('from', '\"Alice O\\'Hara\" <alice@example.net>'), ('to', '{words.SHARED[0]}@example.com')]",
        )
    )
    line = part.say(f"Message done DCID {connection.dcid} MID {part.mid} to RID {_rids(done)}{tail}")
    if line is None:
        return
    part.decide("Delivered", line, done)
    for one in done:
        one.delivered_at = line.second
    if dice.chance(0.95):
        logged, value = words.response(dice)
        if part.say(f"MID {part.mid} RID {_rids(done)} Response {logged}"):
            for one in done:
                one.response = value


def _bounce(
    delivery: _Delivery,
    part: Flow,
    dcid: int,
    gone: list[Recipient],
    code: str,
    detail: str,
    address: str | None = None,
) -> None:
    for one in gone:
        line = part.say(f"Bounced: DCID {dcid} MID {part.mid} to RID {one.rid} - {code} {detail}")
        if line is None:
            return
        part.decide("Hard Bounced", line, [one])
        one.dcid, one.destination_ip = dcid, address
        delivery.bounced.append(one)


def _delay(part: Flow, connection: Outgoing, late: list[Recipient], domain: str) -> None:
    dice = part.box.dice
    code, detail = dice.pick(_DELAYS)
    if dice.chance(0.2):
        part.box.say(
            part.ms,
            f"Connection Error: DCID {connection.dcid} domain: {domain} IP: {connection.address} port: 25 details: [Errno 54] Connection reset by peer interface: 203.0.113.5 reason: network error",
            of=connection,
        )
    for one in late:
        line = part.say(f"Delayed: DCID {connection.dcid} MID {part.mid} to RID {one.rid} - {code} {detail}")
        part.decide("Soft Bounced", line, [one])


def _postpone(part: Flow, late: list[Recipient], pause: int) -> None:
    """Say until when the recipients have to wait, and wait."""
    due = part.ms // _SECOND + pause
    name = part.box.dice.pick(("MID", "Message", "Message"))
    line = part.say(f"{name} {part.mid} to RID {_rids(late)} pending till {part.box.clock.stamp(due)}")
    if line is not None:
        for one in late:
            one.evidence = deciding((one.evidence, line))
    part.ms = due * _SECOND
    part.wait(0, 20 * _SECOND)


def _end(delivery: _Delivery, part: Flow) -> None:
    """End the delivery to a domain; after the last one the message is finished."""
    delivery.left -= 1
    flow, box = delivery.flow, part.box
    if delivery.left:
        flow.ms = max(flow.ms, part.ms)
        return
    flow.ms = max(flow.ms, part.ms)
    flow.finish()
    if delivery.bounced and flow.message.sender and box.may_make_another():
        box.spawn(bounce_notice(flow, flow.message.sender, deliver), flow.wait(10, 900), flow.message)
    if any(one.state == "Delivered" for one in flow.recipients) and box.dice.chance(0.08):
        box.spawn(remediate(flow), flow.ms, flow.message, outlives_reset=True)


def _rids(recipients: list[Recipient]) -> str:
    return str([one.rid for one in recipients])
