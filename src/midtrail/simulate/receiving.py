"""Incoming connections and what comes in on them: messages, lost connections, rejected recipients, refusals."""

from midtrail.simulate import words
from midtrail.simulate.appliance import Appliance, Steps
from midtrail.simulate.chance import shares
from midtrail.simulate.flow import Flow, start
from midtrail.simulate.scanning import authenticate, scan
from midtrail.simulate.truth import Connection, Recipient

_KINDS = shares(whole=94, all_rejected=2, lost=2, given_up=1, too_big=1)
_SBRS = ("3.5", "0.0", "-1.2", "9.1", "None", "rfc1918", "unable to retrieve")
_TLS = ("TLSv1.2 cipher ECDHE-RSA-AES256-GCM-SHA384", "TLSv1.3 cipher TLS_AES_256_GCM_SHA384")
_SECOND = 1000


def session(box: Appliance, messages: int) -> Steps:
    """Accept a connection that brings some messages; it closes when the last one is in, or is lost."""
    connection, ms = _accepted(box)
    for number in range(messages):
        yield ms
        if number and not box.may_make_another():
            break
        flow = start(box, connection, ms, outbound=connection.direction == "outgoing")
        if flow is None:
            return
        kind = box.dice.pick(_KINDS)
        _receive(flow, kind)
        ms = flow.ms
        if kind == "lost":
            break
        ms += box.dice.between(10, 400)
    box.say(ms + box.dice.between(0, 4 * _SECOND), f"ICID {connection.icid} close", of=connection)


def _accepted(box: Appliance) -> tuple[Connection, int]:
    """Open a connection and let the HAT accept it, as relay or as listener for mail from outside."""
    dice, ms = box.dice, box.now
    connection = Connection(box.next_icid())
    outgoing = dice.chance(0.2)
    _opened(box, connection, ms, "10.0.0.0" if outgoing else None)
    ms += dice.between(0, 50)
    icid = connection.icid
    group, sbrs = (
        ("RELAYLIST", "rfc1918")
        if outgoing
        else (dice.pick(("UNKNOWNLIST", "ACCEPTLIST", "Internal_Non-IronPort")), dice.pick(_SBRS))
    )
    country = dice.pick(words.COUNTRIES) if not outgoing and dice.chance(0.8) else None
    match = "match  " if dice.chance(0.1) else "match sbrs[-1.0:10.0] "
    text = f"ICID {icid} {'RELAY' if outgoing else 'ACCEPT'} SG {group} {match}SBRS {sbrs}" + (
        f" country {country}" if country else ""
    )
    if box.say(ms, text, of=connection):
        connection.direction = "outgoing" if outgoing else "incoming"
        connection.sender_group, connection.sbrs, connection.country = group, sbrs, country
    if dice.chance(0.5):
        box.say(ms, f"ICID {icid} TLS success protocol {dice.pick(_TLS)}", of=connection)
    if outgoing and dice.chance(0.3):
        box.say(
            ms,
            f"SMTP Auth: (ICID {icid}) succeeded for user: alice using AUTH mechanism: LOGIN with profile: ldap_smtp",
            of=connection,
        )
    return connection, ms + dice.between(0, 200)


def _opened(box: Appliance, connection: Connection, ms: int, network: str | None) -> None:
    dice = box.dice
    address = f"192.0.2.{dice.between(1, 250)}" if network else words.peer_ip(dice)
    name = dice.pick(words.PEERS)
    verified = name != "unknown" and dice.chance(0.7)
    blanks = "  " if dice.chance(0.05) else " "
    text = (
        f"New SMTP ICID {connection.icid} interface Data 1 (203.0.113.5) address {address} "
        f"reverse dns host{blanks}{name} verified {'yes' if verified else 'no'}"
    )
    if box.say(ms, text, of=connection):
        connection.sender_ip, connection.reverse_dns, connection.reverse_dns_verified = (
            address,
            name,
            verified,
        )


def refused(box: Appliance) -> Steps:
    """Refuse a connection: it brings no message, or one of which every recipient is rejected."""
    dice, ms = box.dice, box.now
    if dice.chance(0.3):
        box.say(ms, "ICID 0 TCPREFUSE SG RBL-List match dnslist[bl.example.org] SBRS None")
        return
    connection = Connection(box.next_icid())
    _opened(box, connection, ms, None)
    ip = connection.sender_ip
    box.say(
        ms + 5,
        f"ICID {connection.icid} REJECT SG BLACKLIST match sbrs[-10.0:-3.0] SBRS -4.7 country Netherlands",
        of=connection,
    )
    if dice.chance(0.3):
        box.say(
            ms + 9,
            f"ICID {connection.icid} Delayed HAT REJECT continuing session for recipient logging ({ip})",
            of=connection,
        )
    if dice.chance(0.1):
        box.say(
            ms + 20,
            f"Dropping connection due to potential Directory Harvest Attack from host=('{ip}', None), dhap_limit=4, sender_group=BLACKLIST",
            "Warning",
        )
    box.say(ms + dice.between(20, 3000), f"ICID {connection.icid} close", of=connection)
    yield from ()


def _receive(flow: Flow, kind: str) -> None:
    """Take in one message; where it comes in whole, its scanning begins."""
    box, dice, icid = flow.box, flow.box.dice, flow.message.connection.icid
    number = box.unique()
    sender = _sender(flow, number)
    if flow.say(f"MID {flow.mid} ICID {icid} From: <{sender}>"):
        flow.message.sender = sender
    authenticate(flow, sender)
    if kind == "all_rejected":
        for n in range(dice.between(1, 3)):
            _reject(flow, f"nobody{n}.{number}@example.com")
        _abort(flow, "Receiving aborted by sender")
        return
    _recipients(flow, number)
    if kind == "whole":
        _data(flow, sender, number)
        box.spawn(scan(flow), flow.ms + dice.between(50, 1500), flow.message)
    elif kind == "lost":
        box.say(flow.wait(100, 9000), f"ICID {icid} lost", of=flow.message.connection)
        _abort(flow, "Receiving aborted")
    else:
        if kind == "too_big":
            box.say(
                flow.wait(100, 900),
                f"ICID {icid} Receiving Failed: Message size exceeds limit",
                of=flow.message.connection,
            )
        flow.wait(100, 3000)
        _abort(flow, dice.pick(("Receiving aborted by sender", "Injection aborted", "Receiving aborted")))


def _sender(flow: Flow, number: int) -> str:
    dice = flow.box.dice
    if flow.outbound:
        return words.address(dice, number, words.OUR_DOMAINS)
    return "" if dice.chance(0.03) else words.address(dice, number, words.THEIR_DOMAINS)


def _recipients(flow: Flow, number: int) -> None:
    dice, icid = flow.box.dice, flow.message.connection.icid
    domains = words.THEIR_DOMAINS if flow.outbound else words.OUR_DOMAINS
    count = 1 if dice.chance(0.7) else dice.between(2, 5) if dice.chance(0.97) else dice.between(6, 40)
    if dice.chance(0.02):
        flow.say(f"MID {flow.mid} ICID {icid} TLS read {dice.between(50, 900)} bytes (0.0 seconds)", "Debug")
    for rid in range(count):
        shared = rid == 0 and not flow.outbound and dice.chance(0.05)
        mailbox = words.shared_address(dice) if shared else words.address(dice, flow.box.unique(), domains)
        if flow.say(f"MID {flow.mid} ICID {icid} RID {rid} To: <{mailbox}>"):
            flow.recipients.append(
                Recipient(mailbox, flow.mid, rid, "Receiving", flow.begun, unique=not shared)
            )
        if dice.chance(0.03):
            flow.say(f"LDAP: Accepted query Corp.accept MID {flow.mid} RID {rid} address {mailbox}")
        if dice.chance(0.03):
            _reject(flow, f"nobody{rid}.{number}@{dice.pick(words.OUR_DOMAINS)}")
        if dice.chance(0.004):
            flow.say(f"ICID {icid} MID {flow.mid} Invalid recipient address:  'RCPT TO:<>'")
    flow.message.recipients += flow.recipients


def _reject(flow: Flow, mailbox: str) -> None:
    by = flow.box.dice.pick(("RAT", "LDAPACCEPT", "Receiving Control"))
    if flow.say(f"MID {flow.mid} ICID {flow.message.connection.icid} To: <{mailbox}> Rejected by {by}"):
        flow.message.rejected.append(mailbox)


def _abort(flow: Flow, words_: str) -> None:
    line = flow.say(f"Message aborted MID {flow.mid} {words_}")
    if line:
        flow.message.own_state = "Aborted"
    flow.decide("Aborted", line)
    flow.finish("aborted")


def _data(flow: Flow, sender: str, number: int) -> None:
    """Take in the data: Message-ID and Subject as far as they are there, and the size."""
    dice, mid, message = flow.box.dice, flow.mid, flow.message
    flow.wait(0, 1500)
    if dice.chance(0.97):
        logged, value = words.message_id(dice, number)
        if flow.say(f"MID {mid} Message-ID {logged}"):
            message.message_id = value
    if dice.chance(0.97):
        logged, value = words.subject(dice, number)
        if flow.say(f"MID {mid} Subject {logged}"):
            message.subject = value
    size = dice.between(200, 300_000)
    line = flow.say(f"MID {mid} ready {size} bytes from <{sender}>")
    if line:
        message.size_bytes = size
        message.own_state = "Processing"
    flow.decide("Processing", line)
