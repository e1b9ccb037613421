"""Advanced Malware Protection: the reputation of attached files and their analysis.

Source: ESA user guide, "File Reputation Filtering and File Analysis"; real lines of AsyncOS 9 to 15.
"""

from midtrail.events._event import Event
from midtrail.events._fields import Integer, Quoted, Text, Word


class AmpVerdict(Event):
    """The verdict of file reputation over all attachments: CLEAN, MALWARE, UNKNOWN, UNSCANNABLE, LOWRISK, SKIPPED."""

    sample = "MID 640962 AMP file reputation verdict : SKIPPED (no attachment in message)"
    also = (
        "MID 640962 AMP file reputation verdict : MALWARE",
        "MID 640962 AMP file reputation verdict : SKIPPED(no attachment in message)",
        "MID 640962 AMP file reputation verdict: UNKNOWN",
    )
    sentence = (
        "Message {mid} scanned by Advanced Malware Protection engine. Final verdict: {verdict}[[({reason})]]"
    )

    mid: Integer
    verdict: Word
    reason: Text | None = None


class AmpQueryFailed(Event):
    """The reputation of an attachment could not be asked for, with the reason."""

    sample = "MID 640962 reputation query failed for attachment 'archive.tar.gz'. Extraction has failed. Archive Error:The level of nested archived files contained in the attachment exceeded the maximum limit"
    also = ("MID 640962 reputation query failed for attachment 'archive.tar.gz'",)

    mid: Integer
    attachment: Quoted
    reason: Text | None = None


class FileQueuedForAnalysis(Event):
    """An attachment may be uploaded for file analysis; the line tells its SHA-256. Source: builds of 2024."""

    sample = "MID 640962 SHA 5d41402abc4b2a76b9719d911017c592aa9f2c9c6f1d1f0b7d3b1a2c4e5f6071 filename Invoice, May.docx queued for possible file analysis upload"

    mid: Integer
    sha256: Text
    attachment: Quoted
