"""Outbreak Filters (Virus Outbreak Filters before AsyncOS 7): messages held until a new threat is known.

Source: ESA user guide, "Outbreak Filters"; real lines of AsyncOS 4 to 15.
"""

from midtrail.events._event import Event
from midtrail.events._fields import Integer, Text, Word


class OutbreakVerdict(Event):
    """Whether Outbreak Filters take the message for a threat: negative or positive."""

    sample = "MID 640962 Outbreak Filters: verdict negative"
    sentence = "Message {mid} scanned by Outbreak Filters. Verdict: {verdict:capital}"

    mid: Integer
    verdict: Word


class OutbreakThreatLevel(Event):
    """The threat level of the message (0 none to 5 extreme), and what the threat is."""

    sample = "MID 640962 Threat Level=2 Category=Scam Type=Bank Transfer"
    also = ("MID 640962 Virus Threat Level=3", "MID 640962 Threat Level=4 Category=Phish")

    mid: Integer
    threat_level: Integer
    category: Text | None = None
    threat_type: Text | None = None


class OutbreakRule(Event):
    """A rule that the appliance has received, and its threat level."""

    sample = "Outbreak Rule: OUTBREAK_0002969 has threat level 3"

    rule: Text
    threat_level: Integer
