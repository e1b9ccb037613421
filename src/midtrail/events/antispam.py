"""Anti-spam: what the engines and the safelist say of a message, and graymail.

Source: ESA user guide, "Managing Spam and Graymail"; real lines of AsyncOS 3.8 to 15.
"""

from midtrail.events._event import Event
from midtrail.events._fields import Integer, Text, Word


class AntispamInterimVerdict(Event):
    """What one engine says before the verdicts of all are joined.

    Engines: CASE, Brightmail, Cloudmark, IMS, and SLBL for the recipients' safelist and blocklist. Verdicts:
    `spam negative`, `spam positive`, `spam suspect`, `marketing`, `bulk`, `social`.
    """

    sample = "MID 640962 interim verdict using engine: CASE spam negative"
    also = ("MID 640962 interim verdict using engine: CASE marketing",)
    sentence = "Message {mid} scanned by Anti-Spam engine: {engine}. Interim verdict: {verdict:capital}"

    mid: Integer
    engine: Word
    verdict: Word


class AntispamVerdict(Event):
    """What the message is taken for in the end, and the engine that decided; `Brightmail positive` before 4.5."""

    sample = "MID 640962 using engine: CASE spam negative"
    also = (
        "MID 640962 using engine: SLBL spam positive",
        "MID 640962 using engine: CASE marketing",
        "MID 640962 Brightmail positive",
    )
    sentence = "Message {mid} scanned by Anti-Spam engine: {engine}. Final verdict: {verdict:capital}"

    mid: Integer
    engine: Word
    verdict: Word


class AntispamCachedVerdict(Event):
    """The engine's verdict was taken from the cache; the verdict itself stands in a line of its own."""

    sample = "MID 640962 using engine: CASE using cached verdict"

    mid: Integer
    engine: Word


class GraymailVerdict(Event):
    """Whether the message is graymail, and of what sort: `marketing_mail`, `social_mail`, `bulk_mail`."""

    sample = "MID 640962 using engine: GRAYMAIL negative"
    also = ("MID 640962 using engine: GRAYMAIL marketing_mail",)
    hidden = True

    mid: Integer
    verdict: Word


class CaseResponseMalformed(Event):
    """CASE answered what could not be read; `detail` is how the answer begins. Source: a real line of AsyncOS 4.7."""

    sample = "MID 640962 CASE sent a poorly formatted response: <<garbage>>..."

    mid: Integer
    detail: Text


class AntispamUnscannable(Event):
    """An engine could not scan the message; `detail` says why. Source: Cisco TAC note 118782."""

    sample = "MID 640962 cannot be scanned by CASE. The message is either malformed or CASE is unable to process it at the moment."
    also = ("MID 640962 cannot be scanned by CASE.", "MID 640962 cannot be scanned by CASE")

    mid: Integer
    engine: Word
    detail: Text | None = None
