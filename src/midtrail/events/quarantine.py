"""Quarantines: messages held for a person or for time to decide, in a policy quarantine or the spam quarantine.

Source: ESA user guide, "Policy, Virus, and Outbreak Quarantines", "Spam Quarantine" and Logging.
"""

from midtrail.events._event import Event
from midtrail.events._fields import Address, Flag, Integer, Text


class Quarantined(Event):
    """The message is held in a policy, virus, outbreak or other quarantine of this appliance.

    Source: ESA user guide, Logging; real lines.
    """

    sample = 'MID 482 quarantined to "Policy" (message filter:policy_violation)'
    also = ('MID 43 quarantined to "Policy"',)

    mid: Integer
    quarantine: Text
    reason: Text | None = None


class QuarantineEnqueued(Event):
    """The message is to be held in a quarantine of the management appliance; its delivery there is no delivery.

    Source: real lines of AsyncOS 8 and later.
    """

    sample = 'MID 142314 enqueued for transfer to centralized quarantine "Virus" (a/v verdict VIRAL)'
    also = ('MID 142315 enqueued for transfer to centralized quarantine "Policy"',)

    mid: Integer
    quarantine: Text
    reason: Text | None = None


class QuarantineReasonAdded(Event):
    """A message that a quarantine holds is held there for another reason too.

    Source: real lines of AsyncOS 4.5.
    """

    sample = 'MID 18313985 quarantine "Outbreak" new reason (VOF rule:OUTBREAK_0000231)'

    mid: Integer
    quarantine: Text
    reason: Text


class ReleasedFromQuarantine(Event):
    """One quarantine lets the message go, by hand, by time or for want of room; others may still hold it.

    `held_seconds` is how long the quarantine held it.
    Source: ESA user guide, Logging; real lines.
    """

    sample = 'MID 148809 released from quarantine "Outbreak" (expired) t=3238'
    also = (
        'MID 483 released from quarantine "Policy" (queue full)',
        'MID 9735 released (attachments stripped) from quarantine "Outbreak" (queue full) t=190',
    )

    mid: Integer
    quarantine: Text
    reason: Text | None = None
    held_seconds: Integer | None = None
    attachments_stripped: Flag = False


class ReleasedFromAllQuarantines(Event):
    """No quarantine holds the message any more, and it goes on.

    Source: ESA user guide, Logging; real lines.
    """

    sample = "MID 483 released from all quarantines"
    also = ("MID 7729 released (attachments stripped) from all quarantines",)

    mid: Integer
    attachments_stripped: Flag = False


class DeletedFromQuarantine(Event):
    """One quarantine deleted the message; it will never be delivered.

    Source: ESA user guide, Logging; real lines.
    """

    sample = 'MID 484 deleted from quarantine "Anti-Virus" (expired)'

    mid: Integer
    quarantine: Text
    reason: Text | None = None
    held_seconds: Integer | None = None


class DeletedFromAllQuarantines(Event):
    """The message is gone from every quarantine that held it.

    Source: ESA user guide, Logging; real lines.
    """

    sample = "MID 484 deleted from all quarantines"

    mid: Integer


class SpamQuarantineTagged(Event):
    """The message is marked for the spam quarantine; that alone decides nothing.

    Source: real lines; `EUQ` (end-user quarantine) before AsyncOS 5.
    """

    sample = "ISQ: Tagging MID 4433 for quarantine"
    also = ("EUQ: Tagging MID 4433 for quarantine",)

    mid: Integer


class SpamQuarantined(Event):
    """The spam quarantine of this appliance holds the message.

    Source: ESA user guide, Logging; `EUQ` before AsyncOS 5.
    """

    sample = "ISQ: Quarantined MID 4433"
    also = ("EUQ: Quarantined MID 4433",)
    sentence = "Message {mid} quarantined in Spam Quarantine."

    mid: Integer


class SpamQuarantineReinjected(Event):
    """The spam quarantine let the message go, and it goes on under a new MID.

    Source: ESA user guide, Logging; Cisco TAC note 118286.
    """

    sample = "ISQ: Reinjected MID 4433 as MID 4449"
    also = ("EUQ: Reinjected MID 4433 as MID 4449",)

    mid: Integer
    new_mid: Integer


class SpamQuarantineReleased(Event):
    """The spam quarantine was told to let the message go."""

    sample = "ISQ: Released MID 4433"
    also = ("EUQ: Released MID 4433", "ISQ: Released MID 4433 as MID 4449")

    mid: Integer
    new_mid: Integer | None = None


class SpamQuarantineReleaseFailed(Event):
    """The spam quarantine could not let the message go.

    Source: ESA user guide, "System Administration", the alerts.
    """

    sample = "ISQ: Failed to release MID 4433 to <bob@example.com>: no such recipient"
    also = ("ISQ: Failed to release MID 4433: unknown recipients",)

    mid: Integer
    recipient: Address | None = None
    reason: Text


class SpamQuarantineDeleteFailed(Event):
    """The spam quarantine could not delete the message.

    Source: ESA user guide, "System Administration", the alerts.
    """

    sample = "ISQ: Failed to delete MID 4433 for <bob@example.com>: no such recipient"
    also = ("ISQ: Failed to delete MID 4433: no such message",)

    mid: Integer
    recipient: Address | None = None
    reason: Text


class QuarantiningFailed(Event):
    """The message could not be put into a quarantine.

    Source: ESA user guide, "System Administration", the alerts.
    """

    sample = "Unable to quarantine MID 484 - quarantine system unavailable"

    mid: Integer
    reason: Text


class QuarantineReceived(Event):
    """The SMA took the message from an appliance into one of its quarantines; `mid` is its number there.

    Source: log patterns in public tests of the SMA.
    """

    sample = "MID 51 received from the ESA 192.0.2.9 for centralized quarantine"
    also = ('MID 51 received from the ESA 192.0.2.9 for centralized quarantine "Policy" (DLP violation)',)

    mid: Integer
    host_name: Text
    quarantine: Text | None = None
    reason: Text | None = None


class ReceivedOnRelease(Event):
    """A message that a quarantine of the SMA let go is back on the appliance; `mid` is its new number.

    Source: patterns of a public correlator of AsyncOS 12.
    """

    sample = (
        "MID 26995 received from the SMA 192.0.2.40 (MID originally 26991) on release from all quarantines"
    )
    also = (
        'MID 26995 received from the SMA 192.0.2.40 (MID originally 26991) on release from quarantine "Policy" (manual)',
    )

    mid: Integer
    host_name: Text
    origin_mid: Integer
    released_from: Text | None = None


class RpcDeliveryStarted(Event):
    """The message is on its way to the spam quarantine of this appliance.

    Source: ESA user guide, Logging; the second wording is that of its first release.
    """

    sample = "RPC Delivery start RCID 4051 MID 14077 to local IronPort Spam Quarantine"
    also = ("Start delivery of MID 4433 over RPC connection 0",)
    sentence = (
        "Remote procedure call connection (RCID {rcid}) started for message {mid} to local Spam Quarantine."
    )

    mid: Integer
    rcid: Integer | None = None
    destination: Text | None = None


class RpcDeliveryDone(Event):
    """The message has reached the spam quarantine of this appliance.

    Source: ESA user guide, Logging; the second wording is that of its first release.
    """

    sample = "RPC Message done RCID 4051 MID 14077"
    also = ("Delivery of MID 4433 over RPC completed on connection 0",)
    hidden = True

    mid: Integer
    rcid: Integer | None = None


class RpcDeliveryRejected(Event):
    """The spam quarantine of this appliance refused the message.

    Source: message templates of AsyncOS 4.6.
    """

    sample = "RPC Message rejected RCID 4051 MID 14078"

    mid: Integer
    rcid: Integer


class RpcDeliveryFailed(Event):
    """The message could not be handed to the spam quarantine, because its connection failed.

    Source: message templates of AsyncOS 4.6.
    """

    sample = "RPC connection to 192.0.2.9 failed RCID 4052 MID 14078 (Connection refused)"

    mid: Integer
    rcid: Integer
    destination: Text
    reason: Text | None = None


class RpcConnectionSleeping(Event):
    """A connection to the spam quarantine waits before it tries again.

    Source: message templates of AsyncOS 4.6.
    """

    sample = "RPC connection RCID 4052 to 192.0.2.9 sleeping for 30 seconds"

    rcid: Integer
    destination: Text
    seconds: Integer


class RpcConnectionAwake(Event):
    """A connection to the spam quarantine works again and waits no longer.

    Source: message templates of AsyncOS 4.6.
    """

    sample = "RPC connection RCID 4052 to 192.0.2.9 reset sleep time"

    rcid: Integer
    destination: Text


class RpcConnectionKilled(Event):
    """A connection to the spam quarantine was ended by the appliance.

    Source: message templates of AsyncOS 4.6.
    """

    sample = "RPC connection RCID 4052 killed"

    rcid: Integer
