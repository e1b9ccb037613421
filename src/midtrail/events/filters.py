"""Filters and engines: what dropped or bounced a message, and what a filter wrote into the log.

Source: ESA user guide, "Using Message Filters to Enforce Email Policies", "Content Filters" and "Logging".
"""

from midtrail.events._event import Event
from midtrail.events._fields import Float, Integer, Quoted, Text, Word


class DroppedByEngine(Event):
    """A scanning engine dropped the message: CASE, Brightmail, antivirus, amp, DLP and the like.

    Source: real lines of AsyncOS 4 to 14; the engine stands as logged.
    """

    sample = "Message aborted MID 24611411 Dropped by CASE"
    also = ("MID 24611412 was dropped by DMARC",)
    sentence = "Message {mid} aborted: Dropped by {engine}"

    mid: Integer
    engine: Word


class DroppedByFilter(Event):
    """A message filter dropped the message.

    Source: real lines of AsyncOS 4; ESA user guide, "Logging", the scanconfig example.
    """

    sample = "Message aborted MID 25781 Dropped by filter 'drop_zip_c'"
    also = (
        "Message aborted MID 25782 Dropped by message filter 'drop_zip_c'",
        "MID 25783 was dropped by filter 'drop_zip_c'",
        "MID 25784 was dropped by message filter 'drop_zip_c'",
    )
    sentence = "Message {mid} aborted: Dropped by filter '{filter}'"

    mid: Integer
    filter: Quoted


class DroppedByContentFilter(Event):
    """A content filter of the inbound or outbound mail policies dropped the message.

    Source: real lines of AsyncOS 4 ("was dropped by") and of AsyncOS 5 and later ("Message aborted").
    """

    sample = "Message aborted MID 1960958 Dropped by content filter 'dontsend' in the inbound table"
    also = (
        "Message aborted MID 1960959 Dropped by content filter 'dontsend'",
        "MID 1960960 was dropped by content filter 'dontsend' in the outbound table",
        "MID 1960961 was dropped by content filter 'dontsend'",
    )
    sentence = "Message {mid} aborted: Dropped by content filter '{filter}'[[ in the {table} table]]"

    mid: Integer
    filter: Quoted
    table: Word | None = None


class BouncedByContentFilter(Event):
    """A content filter of the inbound or outbound mail policies bounced the message.

    Source: real lines of AsyncOS 4 ("was bounced by"); messages of AsyncOS 4.5 to 5.1 that Cisco's own log analyser spamtowho quotes ("Message aborted").
    """

    sample = "MID 1960959 was bounced by content filter 'bounceme' in the inbound table"
    also = (
        "MID 1960960 was bounced by content filter 'bounceme'",
        "Message aborted MID 1960961 Bounced by content filter 'bounceme' in the inbound table",
        "Message aborted MID 1960962 Bounced by content filter 'bounceme'",
    )

    mid: Integer
    filter: Quoted
    table: Word | None = None


class CustomLogEntry(Event):
    """A filter's log-entry() action wrote a text of the administrator's own; it may look like anything.

    Source: ESA user guide, "Insert Message Tag / Add Log Entry Actions"; real lines of AsyncOS 8 to 15.
    """

    sample = r"MID 147069 Custom Log Entry: CF-FILE_URL: file:///\\\\192.0.2.55"
    also = ("MID 147070 Custom Log Entry:", "MID 147071 Custom Log Entry: ")

    mid: Integer
    entry: Text | None = None


class FilterTimed(Event):
    """How many seconds a part of a message filter took, while filters are being debugged.

    Source: real lines of AsyncOS 14 and 15.
    """

    sample = "Debug: MID: 80 Message filter Name: OneNoteHunter time: 6.12735748291e-05"
    also = ("MID: 81 Message filter Name: OneNoteHunter time: 0.000493288040161",)
    hidden = True

    mid: Integer
    filter: Quoted
    elapsed_seconds: Float


class FilterRuleMatched(Event):
    """The message matched a rule that is logged each time, as that of repeated headers.

    Source: ESA user guide, "System Administration", the alerts.
    """

    sample = "MID 640962 matched the Header Repeats rule. Details: 12 messages in the last hour"
    also = ("MID 640962 matched the Header Repeats rule.", "MID 640962 matched the Header Repeats rule")

    mid: Integer
    rule: Text
    detail: Text | None = None
