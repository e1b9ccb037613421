"""Anti-virus: what Sophos and McAfee find.

Source: ESA user guide, "Anti-Virus"; real lines of AsyncOS 3.8 to 15.
"""

from midtrail.events._event import Event
from midtrail.events._fields import Integer, QuotedTexts, Text, Word


class AntivirusInterimVerdict(Event):
    """What one engine says: CLEAN, VIRAL, REPAIRED, ENCRYPTED, UNSCANNABLE."""

    sample = "MID 640962 interim AV verdict using Sophos CLEAN"
    sentence = "Message {mid} scanned by Anti-Virus engine {engine}. Interim verdict: {verdict}"

    mid: Integer
    engine: Word
    verdict: Word


class AntivirusVerdict(Event):
    """What the message is taken for in the end, and the names of what was found.

    Verdicts: negative, positive, repaired, encrypted, unscannable. `quarantine` is the one from which the
    message was released to be scanned again.
    """

    sample = "MID 640962 antivirus negative"
    also = (
        "MID 640962 antivirus positive 'CXmail/RTF-D', 'Troj/DocDrop-TJ'",
        "MID 640962 antivirus positive 'W32/Sober-P' (released from Outbreak)",
        "MID 640962 antivirus negative (released from Outbreak)",
    )
    sentence = "Message {mid} scanned by Anti-Virus engine. Final verdict: {verdict:capital} [[{viruses}]]"

    mid: Integer
    verdict: Word
    viruses: QuotedTexts | None = None
    quarantine: Text | None = None


class AntivirusError(Event):
    """The message could not be scanned for viruses, as after a timeout.

    Source: ESA user guide, "Alerts" (`MID $mid antivirus $what error $tag`).
    """

    sample = "MID 640962 antivirus timeout error"
    also = ("MID 640962 antivirus internal error while unpacking",)

    mid: Integer
    problem: Word
    detail: Text | None = None
