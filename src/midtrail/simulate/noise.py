"""Lines that belong to no message: what the appliance says of itself, to be kept apart from mail."""

from midtrail.simulate.appliance import Appliance, Steps
from midtrail.simulate.oddities import of_the_appliance

_LINES = (
    ("Info", "Status: CPULd 21 DskIO 0 RAMUtil 8 QKUsd 287990 QKFre 8100618 CrtMID {mid} CrtICID {icid} CrtDCID {dcid} InjMsg 67015298 LogAvail 149G"),
    ("Info", 'An Anti-Virus/Critical alert was sent to admin@example.com with subject "Critical <Anti-Virus> esa: MID {mid} antivirus timeout error".'),
    ("Info", "A System/Warning alert was sent to admin@example.com with subject \"Warning <System> esa: MID {mid} quarantined to 'Policy'\"."),
    ("Warning", 'Your "IronPort Anti-Spam" key will expire in under 60 day(s). Please contact your authorized Cisco sales representative.'),
    ("Info", "SenderBase upload: 12 hosts totaling 4309 bytes"),
    ("Info", "CASE cache status: hits = 4579, misses = 823449, expires = 0, adds = 816702, seconds saved = 6796.34, total seconds = 1238122.53"),
    ("Info", "graymail [CONFIG] Starting graymail configuration handler"),
    ("Info", "Outbreak Rule: OUTBREAK_0002969 has threat level 3"),
    ("Warning", "DNS Temporary Failure partner.example MX - unable to reach nameserver on any valid IP"),
    ("Info", "lame DNS referral: dns1.example.net"),
    ("Info", "Deliveries are currently suspended [mx.partner.example]"),
    ("Info", "The quick brown fox read MID {mid} twice"),
    ("Critical", "Internal SMTP giving up on message to admin@example.com with subject 'MID {mid}': Unrecoverable error."),
)  # fmt: skip


def chatter(box: Appliance) -> Steps:
    """Say something that belongs to no message, often enough that no month of the archive is silent."""
    samples = of_the_appliance()
    while True:
        level, text = box.dice.pick(_LINES)
        numbers = box.counters
        said = text.format(mid=numbers.mid, icid=numbers.icid, dcid=numbers.dcid)
        if box.dice.chance(0.5):
            level, said = "Info", box.dice.pick(samples)
        box.say(box.now, said, level)
        yield box.now + box.dice.between(3600_000, 30 * 3600_000)
