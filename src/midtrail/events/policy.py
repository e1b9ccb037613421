"""Mail policies: which one a message meets, and the messages that are made from it on its way.

Source: ESA user guide, "Mail Policies" (message splintering) and Logging ("Generated or Rewritten Messages").
"""

from midtrail.events._event import Event
from midtrail.events._fields import Integer, Quoted, Text, Texts, Word


class PolicyMatched(Event):
    """All recipients that the message still has meet one mail policy of the inbound or the outbound table.

    Source: ESA user guide, Logging; AsyncOS 4.0 does not name the table.
    """

    sample = "MID 64855 matched all recipients for per-recipient policy Sales Team in the inbound table"
    also = ("MID 57 matched all recipients for per-recipient policy DEFAULT",)
    sentence = "Message {mid} matched per-recipient policy {policy}[[ for {table} mail policies]]."

    mid: Integer
    policy: Text
    table: Word | None = None


class SplitByPolicy(Event):
    """Some recipients meet another mail policy and go on in a message of their own.

    Source: real lines; AsyncOS 4 does not name the table.
    """

    sample = "MID 104830020 was split creating MID 104830103 due to a per-recipient policy Business_Partner_List in the inbound table"
    also = ("MID 58 was split creating MID 60 due to a per-recipient policy Partners",)

    mid: Integer
    new_mid: Integer
    policy: Text
    table: Word | None = None


class SplitBySlbl(Event):
    """The recipients whose own safelist or blocklist knows the sender go on in a message of their own.

    Source: real lines of AsyncOS 7.6.
    """

    sample = "MID 24611507 was split creating MID 24611529 due to a SL/BL configuration for following recipients: bob@example.com, carol@example.com"

    mid: Integer
    new_mid: Integer
    recipients: Texts


class MessageSplit(Event):
    """Some recipients go on in a message of their own, for a reason that no other kind knows."""

    sample = "MID 24611507 was split creating MID 24611530 due to delivery settings of some recipients"

    mid: Integer
    new_mid: Integer
    reason: Text


class MessageNotSplit(Event):
    """The recipients meet several mail policies, but the message could not be split for them.

    Source: message templates of AsyncOS 4.0.
    """

    sample = "MID 58 could not be split"

    mid: Integer


class DroppedByPolicy(Event):
    """The message was dropped for all its recipients because their mail policy says so.

    Source: message templates of AsyncOS 4.0.
    """

    sample = "MID 59 was dropped by policy Partners in the inbound table"

    mid: Integer
    policy: Text
    table: Word


class BouncedByPolicy(Event):
    """The message was bounced for all its recipients because their mail policy says so.

    Source: message templates of AsyncOS 4.0.
    """

    sample = "MID 59 was bounced by policy Partners in the outbound table"

    mid: Integer
    policy: Text
    table: Word


class MessageRewritten(Event):
    """The message was changed and goes on under a new MID.

    Source: ESA user guide, Logging; `rewritten to 7` before AsyncOS 5, `Policy Quarantine` is a release.
    """

    sample = "MID 386736 rewritten to MID 386737 by add-footer filter 'Footer Stamping'"
    also = (
        "MID 1 rewritten to MID 2 by antispam (alt-rcpt-to) filter 'unknown'",
        "MID 38637862 rewritten to MID 38637865 by LDAP rewrite",
        "MID 2 rewritten to 3 by antispam",
        "MID 6 rewritten to 7 by alt-rcpt-to-filter filter 'to_archive'",
        "MID 424576592 rewritten to 424576594 by antivirus(unsafe alt-rcpt-to) filter 'unknown'",
        "MID 483 rewritten to 513 by Policy Quarantine",
        "MID 71 rewritten to MID 72 by url-reputation-defang-action filter 'Bad links'",
    )

    mid: Integer
    new_mid: Integer
    rewritten_by: Text
    filter: Quoted | None = None


class CopyGenerated(Event):
    """A copy of a message, or a notification about it, was made and goes its own way; `mid` is the new one.

    Source: ESA user guide, Logging; `generated` without `was` before AsyncOS 5.
    """

    sample = "MID 24611495 was generated based on MID 24611421 by bcc filter 'Journal_BCC'"
    also = (
        "MID 1665 was generated based on MID 1664 by antivirus",
        "MID 14 generated based on MID 13 by notify filter 'Tell the postmaster'",
        "MID 15 generated based on MID 13 by antivirus",
    )

    mid: Integer
    origin_mid: Integer
    generated_by: Text
    filter: Quoted | None = None


class BounceGenerated(Event):
    """A bounce notice was made for a message that could not be delivered; `mid` is the notice.

    Source: ESA user guide, Logging; `generated` without `was` before AsyncOS 5.
    """

    sample = "MID 515 was generated for bounce of MID 511"
    also = ("MID 15216898 generated for bounce of MID 8785588",)

    mid: Integer
    origin_mid: Integer
