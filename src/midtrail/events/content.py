"""Content: the attachments of a message, and where its content could not be scanned.

Source: ESA user guide, "Logging"; real lines of AsyncOS 4 to 15.
"""

from midtrail.events._event import Event
from midtrail.events._fields import Float, Integer, Quoted, Text, Word


class AttachmentFound(Event):
    """The message holds an attachment of this name. Source: ESA user guide, "Message with attachment"."""

    sample = "MID 640962 attachment 'Invoice.pdf'"
    also = ("MID 640962 attachment Invoice.pdf",)
    sentence = "Message {mid} contains attachment'{attachment}'."

    mid: Integer
    attachment: Quoted


class AttachmentTypesFound(Event):
    """The types of the message's attachments. Source: real lines of AsyncOS 4."""

    sample = "MID 640962 attachment types zip, exe"

    mid: Integer
    attachment_types: Text


class TooBigForScanning(Event):
    """The message was larger (in bytes) than what the engine scans."""

    sample = "MID 640962 was too big (362262/262144) for scanning by Outbreak Filters"
    also = ("MID 640962 was too big (455698/120000) for scanning by BRIGHTMAIL",)

    mid: Integer
    size_bytes: Integer
    size_limit: Integer
    engine: Word


class ScanningError(Event):
    """An attachment could not be scanned for a filter, with its type and the reason."""

    sample = "MID 640962: scanning error (name='setup.exe', type=executable/exe): perceptive request failed"

    mid: Integer
    attachment: Quoted
    content_type: Word
    reason: Text


class MessageScanningProblem(Event):
    """A part of the message could not be scanned; the same line may come many times a message."""

    sample = "MID 640962, Message Scanning Problem: Size Limit Exceeded"
    also = (
        "MID 640962 Message Scanning Problem: Continuation line seen before first header",
        "MID 640962, message scanning error: Scan Depth Exceeded",
    )

    mid: Integer
    reason: Text


class MarkedUnscannable(Event):
    """The message counts as unscannable, with the cause and the reason."""

    sample = (
        "MID 640962 was marked unscannable due to extraction failures. Reason: Error in extraction process."
    )
    also = ("MID 640962 was marked unscannable due to RFC violations. Reason: Duplicate header",)

    mid: Integer
    cause: Text
    reason: Text


class UrlsNotCompletelyScanned(Event):
    """Not every URL of the message was scanned, with the reason."""

    sample = "MID 640962 not completely scanned by SDS. Error: The number of URLs in the message attachments exceeded the URL scan limit."

    mid: Integer
    reason: Text


class MalformedHeader(Event):
    """The header of the message is malformed. Source: real lines of AsyncOS 14, at level Info."""

    sample = "MID 640962 Malformed header detected during message parsing"

    mid: Integer


class ForgedEmailDetected(Event):
    """A header names a sender much like an entry of a dictionary of people who are often impersonated.

    `score` says how alike the two are, up to 100. Source: ESA user guide, "Forged Email Detection"; AsyncOS
    wording of 10 and later.
    """

    sample = "MID 640962 Forged Email Detection on the From: header with score of 90, against the dictionary entry Alice Example"

    mid: Integer
    header: Quoted
    score: Float
    dictionary_entry: Text
