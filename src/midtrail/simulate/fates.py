"""What becomes of a message: its way through filters and policies, and one fate for each of its MIDs."""

from collections.abc import Generator

from midtrail.simulate import engines, words
from midtrail.simulate.appliance import Steps
from midtrail.simulate.chance import shares
from midtrail.simulate.copies import bounce_notice, copy
from midtrail.simulate.delivery import deliver
from midtrail.simulate.families import redirected_addresses, rewrite, split
from midtrail.simulate.flow import Flow
from midtrail.simulate.quarantine import (
    central_quarantine,
    offbox_spam_quarantine,
    policy_quarantine,
    spam_quarantine,
)
from midtrail.simulate.truth import Recipient

_INCOMING = shares(
    delivered=76, dropped=8, spam=4, offbox=2, held=5, central=1, bounced=1, rewritten=2, slbl=1
)
_OUTGOING = shares(delivered=82, dropped=6, held=6, central=1, bounced=1, rewritten=4)
_DROPPERS = shares(case=40, antivirus=15, amp=10, content=12, outbreak=4, dlp=6, brightmail=3, vade=3)
_TABLES = ("inbound", "outbound")


def route(flow: Flow) -> Steps:
    """Take a message through message filters, rewrites and policies to its fate."""
    box, dice, mid = flow.box, flow.box.dice, flow.mid
    if dice.chance(0.01):
        _drop(flow, f"MID {mid} was dropped by DMARC", "DMARC")
        return
    if dice.chance(0.01):
        name = dice.pick(words.FILTERS)
        _drop(
            flow,
            f"Message aborted MID {mid} Dropped by {dice.pick(('', 'message '))}filter {_quoted(name)}",
            "Message Filters",
        )
        return
    if dice.chance(0.03) and box.may_make_another():
        box.spawn(copy(flow, deliver), flow.ms, flow.message)
    current: Flow | None = flow
    if dice.chance(0.03):
        by, addresses = _rewriter(flow)
        current = yield from rewrite(flow, by, addresses)
    if current is not None:
        yield from _by_policy(current)


def _quoted(name: str) -> str:
    """Return a filter's name in the quotes that the appliance gives it."""
    return f'"{name}"' if "'" in name and '"' not in name else f"'{name}'"


def _rewriter(flow: Flow) -> tuple[str, list[str] | None]:
    """Return who rewrites a message, and the recipients that the new one lists, if it lists any."""
    dice = flow.box.dice
    own = [one.recipient for one in flow.recipients]
    kind = dice.pick(("footer", "alias", "ldap"))
    if kind == "footer":
        return "add-footer filter 'Footer Stamping'", own if dice.chance(0.3) else None
    addresses = redirected_addresses(flow)
    if kind == "alias":
        return "alt-rcpt-to-filter filter 'testfilt'", addresses
    if words.is_plain(own[0]):
        flow.say(
            f"LDAP: Reroute query Chain MID {flow.mid} RID {flow.recipients[0].rid} address {own[0]} to [('{addresses[-1]}', '')]"
        )
    return "LDAP rewrite", addresses


def _by_policy(flow: Flow) -> Steps:
    """Match a policy, or split by several; every MID goes its own way from there."""
    dice = flow.box.dice
    flow.matches(dice.pick(words.POLICIES))
    flow.next_second()
    children: list[Flow] = []
    if len(flow.recipients) > 1 and dice.chance(0.25):
        children = yield from _policy_split(flow)
    for one in (flow, *children):
        if one.recipients:
            one.box.spawn(_scanned(one), one.wait(100, 2000), one.message)
    if children and not flow.recipients:
        flow.finish()


def _policy_split(flow: Flow) -> Generator[int, None, list[Flow]]:
    dice, table = flow.box.dice, _TABLES[flow.outbound]
    first, rest = dice.split(flow.recipients)
    groups = [first, rest] if rest and dice.chance(0.4) else [first]
    if len(groups) == 1 and not rest and dice.chance(0.5):
        groups = [first[:-1], first[-1:]] if len(first) > 1 else [first]
    policies = [dice.pick(words.POLICIES) for _ in groups]
    reasons = [f"a per-recipient policy {policy} in the {table} table" for policy in policies]
    children = yield from split(flow, list(zip(groups, reasons, strict=True)))
    for child, policy in zip(children, policies, strict=False):
        child.matches(policy)
    return children


def _scanned(flow: Flow) -> Steps:
    """Let the engines see a MID, and meet its fate."""
    dice = flow.box.dice
    fate = dice.pick(_OUTGOING if flow.outbound else _INCOMING)
    if fate == "dropped":
        _dropped(flow)
        return
    if fate == "slbl":
        yield from _blocklisted(flow)
        return
    if fate in ("spam", "offbox"):
        engines.spam(flow, "spam positive")
        yield flow.ms
        yield from (spam_quarantine if fate == "spam" else offbox_spam_quarantine)(flow)
        return
    has_files = engines.attachments(flow)
    engines.all_clear(flow, has_files=has_files)
    yield flow.ms
    if fate == "held":
        yield from policy_quarantine(flow)
    elif fate == "central":
        yield from central_quarantine(flow)
    elif fate == "bounced":
        _bounced_by_filter(flow)
    elif fate == "rewritten":
        new = yield from rewrite(
            flow, dice.pick(("antispam", "add-heading filter 'External'", "url filter 'Defang'"))
        )
        if new is not None:
            deliver(new)
    else:
        deliver(flow)


def _blocklisted(flow: Flow) -> Steps:
    """Split a message by its recipients' safelists and blocklists: spam for some, welcome to others."""
    dice = flow.box.dice
    first, rest = dice.split(flow.recipients)
    groups = [first, rest] if rest and dice.chance(0.5) else [first]
    if not all(words.is_plain(one.recipient) for one in flow.recipients) or flow.message.sender is None:
        engines.all_clear(flow, has_files=False)
        deliver(flow)
        return
    reasons = [f"a SL/BL configuration for following recipients: {_listing(group)}" for group in groups]
    children = yield from split(flow, list(zip(groups, reasons, strict=True)), listed=dice.chance(0.8))
    for child in children:
        child.next_second()
        verdict = dice.pick(("spam positive", "spam negative"))
        child.say(f"MID {child.mid} interim verdict using engine: SLBL {verdict}")
        child.verdict("antispam", verdict, f"MID {child.mid} using engine: SLBL {verdict}")
        if verdict == "spam positive":
            flow.box.spawn(spam_quarantine(child), child.wait(10, 500), child.message)
        else:
            flow.box.spawn(_delivered(child), child.wait(10, 500), child.message)
    if flow.recipients:
        flow.box.spawn(_delivered(flow), flow.wait(10, 500), flow.message)
    else:
        flow.finish()


def _delivered(flow: Flow) -> Steps:
    engines.virus(flow)
    deliver(flow)
    yield from ()


def _listing(group: list[Recipient]) -> str:
    return ", ".join(one.recipient for one in group)


def _drop(flow: Flow, text: str, engine: str) -> None:
    flow.decide(f"Dropped by {engine}", flow.say(text))
    flow.finish()


def _dropped(flow: Flow) -> None:
    """Let an engine or a content filter drop the message."""
    mid, kind = flow.mid, flow.box.dice.pick(_DROPPERS)
    aborted = f"Message aborted MID {mid} Dropped by"
    if kind in ("case", "brightmail"):
        engines.spam(flow, "spam positive")
        _drop(flow, f"{aborted} {'CASE' if kind == 'case' else 'Brightmail'}", "Anti-Spam")
        return
    if kind == "vade":
        _drop(flow, f"{aborted} Vade", "Vade")
        return
    if kind == "antivirus":
        engines.virus(flow, found=True)
        _drop(flow, f"{aborted} antivirus", "Anti-Virus")
    elif kind == "amp":
        engines.files(flow, "MALWARE")
        _drop(flow, f"{aborted} amp", "Advanced Malware Protection")
    elif kind == "dlp":
        engines.leaks(flow, found=True)
        _drop(flow, f"{aborted} DLP", "DLP")
    elif kind == "outbreak":
        engines.outbreak(flow, "positive")
        _drop(flow, f"{aborted} Outbreak Filters", "Outbreak Filters")
    else:
        engines.all_clear(flow, has_files=False)
        name = _quoted(flow.box.dice.pick(words.FILTERS))
        _drop(
            flow, f"{aborted} content filter {name} in the {_TABLES[flow.outbound]} table", "Content Filters"
        )


def _bounced_by_filter(flow: Flow) -> None:
    """Let a content filter bounce the message, and tell its sender."""
    name = _quoted(flow.box.dice.pick(words.FILTERS))
    line = flow.say(
        f"MID {flow.mid} was bounced by content filter {name} in the {_TABLES[flow.outbound]} table"
    )
    flow.decide("Bounced by Content Filters", line)
    flow.finish()
    if flow.message.sender and flow.box.may_make_another():
        flow.box.spawn(bounce_notice(flow, flow.message.sender, deliver), flow.wait(10, 900), flow.message)
