"""What the engines say of a message, before the appliance decides what becomes of it."""

from midtrail.simulate import oddities, words
from midtrail.simulate.appliance import Steps
from midtrail.simulate.fates import route
from midtrail.simulate.flow import Flow

_UNKNOWN = (
    "MID {mid} was weighed and found wanting",
    "Frobnicator started for ICID {icid}",
    "Some words that no rule knows, about MID {mid}",
)


def authenticate(flow: Flow, sender: str) -> None:
    """Say what SPF, DKIM, DMARC and the reputation of the sender's domains are."""
    dice, mid = flow.box.dice, flow.mid
    domain = words.domain_of(sender) or "example.net"
    if dice.chance(0.3):
        asked = f"MID {mid} SDR: Domains for which SDR is requested: reverse DNS host: Not Present, helo: mail.example.net, env-from: {domain}, header-from: Not Present, reply-to: Not Present"
        flow.say(asked)
        flow.say(asked)
        level = dice.pick(("Neutral", "Trusted", "Untrusted", "Questionable"))
        verdict = f"MID {mid} SDR: Consolidated Sender Threat Level: {level}, Threat Category: N/A, Suspected Domain(s) : N/A (other reasons for verdict). Sender Maturity: 30 days (or greater) for domain: {domain}"
        flow.verdict("sdr", level, verdict)
        flow.verdict("sdr", level, verdict)
    if flow.outbound or not words.is_plain(sender) or not sender:
        return
    if dice.chance(0.5):
        spf = dice.pick(("Pass", "None", "SoftFail", "Fail", "Neutral"))
        flow.verdict(
            "spf",
            spf,
            f"MID {mid} SPF: mailfrom identity {sender} {spf}" + (" (v=spf1)" if spf == "Pass" else ""),
        )
    if dice.chance(0.3):
        passed = dice.chance(0.7)
        flow.verdict(
            "dkim",
            "pass" if passed else "permfail",
            f"MID {mid} DKIM: {'pass signature verified' if passed else 'permfail body hash did not verify [final]'} (d={domain} s=mail i=@{domain})",
        )
        flow.verdict(
            "dmarc",
            "pass" if passed else "fail",
            f"MID {mid} DMARC: Message from domain {domain}, DMARC {'pass' if passed else 'fail'} (SPF aligned {passed}, DKIM aligned {passed})",
        )
        flow.say(f"MID {mid} DMARC: Verification {'passed' if passed else 'failed'}")


def scan(flow: Flow) -> Steps:
    """Begin with a message that has come in: message filters, then its way by policy, engines and fate."""
    _message_filters(flow)
    yield flow.ms
    yield from route(flow)


def _message_filters(flow: Flow) -> None:
    """Say what stands in a log for no other reason than to be there: entries, oddities, hostile words."""
    dice, mid = flow.box.dice, flow.mid
    if dice.chance(0.1):
        flow.say(oddities.of_a_message(dice.between(0, 999), mid, flow.message.connection.icid))
    if dice.chance(0.03):
        other = mid + dice.between(-30, 30)
        flow.say(
            f"MID {mid} Custom Log Entry: "
            + dice.pick(words.LOG_ENTRIES).format(mid=mid, other=max(other, 1))
        )
    if dice.chance(0.01):
        for _ in range(dice.between(2, 5)):
            flow.say_now(f"MID {mid}, Message Scanning Problem: Size Limit Exceeded", "Warning")
    if dice.chance(0.01):
        unknown, via = dice.pick(_UNKNOWN), flow.message.connection
        of = flow.message if "{mid}" in unknown else via
        flow.box.say(flow.ms, unknown.format(mid=mid, icid=via.icid), of=of)
    if dice.chance(0.01):
        flow.say(
            f"MID {mid} masquerading header 'Cc' from '<carol@example.com>,\r\n        <dave@example.org>' to '<carol.smith@example.com>,\r\n        <dave@example.org>'"
        )
    if dice.chance(0.01):
        flow.say(
            f'MID {mid} URL http://shop.example.net/offer?a=1&amp";" has reputation -8.5 matched Condition: URL Reputation Rule'
        )
