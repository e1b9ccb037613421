"""The appliance itself: the head and end of a log file, alerts, feature keys, services, status.

Source: ESA user guide, "Logging", "System Administration" (alerts, feature keys); none is about a message,
but for one trace line.
"""

from midtrail.events._event import Event
from midtrail.events._fields import Address, Counters, Float, Integer, Ip, Quoted, Text, Word


class LogfileBegun(Event):
    """A log file begins; it may be stamped later than the lines that follow it.

    Source: ESA user guide, "Logging".
    """

    sample = "Begin Logfile"


class LogfileEnded(Event):
    """A log file ends because its process stops.

    Source: public tests of the log subscriptions of AsyncOS 13 and 14.
    """

    sample = "End Logfile"


class LogfileRolledOver(Event):
    """A log file ends because the next one begins.

    Source: public tests of the log subscriptions of AsyncOS 13 and 14.
    """

    sample = "Logfile rolled over"


class LogfileVersion(Event):
    """The AsyncOS version and the serial number of the appliance that writes the file.

    Source: ESA user guide, "Logging"; real lines of AsyncOS 3.8 to 14.
    """

    sample = "Version: 14.0.1-033 SN: 564D1A2B3C4D5E6F7081-92A3B4C5D6E7"

    version: Text
    serial: Text


class LogfileUtcOffset(Event):
    """How many seconds east of Greenwich the clock stands that the file's times are written in.

    Source: ESA user guide, "Logging"; -18000 is five hours west.
    """

    sample = "Time offset from UTC: -18000 seconds"

    offset_seconds: Integer


class AlertSent(Event):
    """An alert was mailed to an administrator; its subject may name a MID, which is not the line's own.

    Source: real lines of AsyncOS 4 to 14.
    """

    sample = """A System/Warning alert was sent to admin@example.com with subject "Warning <System> esa01.example.com: URL category definitions have changed.; Added new category '..."."""
    also = (
        'An Anti-Virus/Critical alert was sent to admin@example.com, ops@example.com with subject "Critical <Anti-Virus> esa01.example.com: MID 198463616 antivirus timeout error".',
        "A System/Info alert was sent to admin@example.com with subject AutoSupport",
        "An System/Info alert was sent to admin@example.com with subject AutoSupport",
    )

    alert_class: Word
    alert_severity: Word
    recipient: Address
    subject: Quoted


class AlertFailed(Event):
    """An alert could not be mailed.

    Source: real lines of AsyncOS 11 to 14.
    """

    sample = 'Error while sending alert: Unable to send System/Warning alert to admin@example.com with subject "Warning <System> esa01.example.com: Your "IronPort Email Encryption" key will expire in under 60...".'
    also = (
        "Error while sending alert: Unable to send System/Info alert to admin@example.com with subject AutoSupport",
        "Error while sending alert: Unable to look up example.com in DNS: DNS Soft Error looking up example.com (MX) while asking 192.0.2.53. Error was: ServFail",
    )

    alert_class: Word | None = None
    alert_severity: Word | None = None
    recipient: Address | None = None
    subject: Quoted | None = None
    reason: Text | None = None


class InternalSmtpSent(Event):
    """The appliance mailed a notice of its own (alert, report, support request).

    Source: real lines of AsyncOS 11 to 14.
    """

    sample = """Internal SMTP system successfully sent a message to admin@example.com with subject 'Warning <System> esa01.example.com: Your "Sophos Anti-Virus" key will expire in under 60 day(s)....'."""
    also = ("Internal SMTP system successfully sent a message to admin@example.com with subject AutoSupport",)

    recipient: Address
    subject: Quoted


class InternalSmtpAttempted(Event):
    """The appliance tries to mail a notice of its own; attempts count from 0.

    Source: Elastic's samples of text mail logs of AsyncOS 14.
    """

    sample = "Internal SMTP system attempting to send a message to admin@example.com with subject 'Critical <System> esa01.example.com: Log Error: Subscription error_logs: Failed to connect to 192.0.2....' (attempt #0)."
    also = (
        "Internal SMTP system attempting to send a message to admin@example.com with subject 'Report' (attempt #1)",
    )

    recipient: Address
    subject: Quoted
    attempt: Integer


class InternalSmtpGivenUp(Event):
    """The appliance gave up on a notice of its own.

    Source: real lines of AsyncOS 11 to 14.
    """

    sample = """Internal SMTP giving up on message to admin@example.com with subject 'Warning <System> esa01.example.com: Your "IronPort Email Encryption" key will expire in under 60...': Unrecoverable error."""

    recipient: Address
    subject: Quoted
    reason: Text


class InternalSmtpFailed(Event):
    """One attempt to mail a notice of the appliance's own failed.

    Source: real lines of AsyncOS 11 to 14.
    """

    sample = """Internal SMTP Error: Failed to send message to host 192.0.2.25:25 for recipient admin@example.com: Unexpected SMTP response "553", expecting code starting with "2", response was ['#5.1.8 Domain of sender address <alert@esa01.example> does not exist']."""
    also = (
        "Internal SMTP Error: Failed to send message to host mx.example.com for recipient admin@example.com: timed out",
        "Internal SMTP Error: no route to host",
    )

    smtp_host: Text | None = None
    port: Integer | None = None
    recipient: Address | None = None
    reason: Text


class FeatureKeyExpiring(Event):
    """A feature key will expire within some days.

    Source: ESA user guide, "System Administration"; real lines of AsyncOS 14.
    """

    sample = 'Your "IronPort Anti-Spam" key will expire in under 60 day(s). Please contact your authorized Cisco sales representative.'
    also = ('Your "Sophos Anti-Virus" key will expire in under 5 day(s).',)

    feature: Quoted
    days: Integer
    advice: Text | None = None


class FeatureKeyExpired(Event):
    """A feature key has expired.

    Source: ESA user guide, "System Administration", the alerts about feature keys.
    """

    sample = 'Your "IronPort Anti-Spam" key has expired. Please contact your authorized Cisco sales representative.'
    also = ('Your "Sophos Anti-Virus" key has expired.',)

    feature: Quoted
    advice: Text | None = None


class UrlCategoriesChanged(Event):
    """The URL categories have other names or members now; filters that use them may need a change.

    Source: real lines of AsyncOS 11 to 14.
    """

    sample = "URL category definitions have changed. Please check and update your filters to use the new definitions"
    also = (
        "URL category definitions have changed.",
        "URL category definitions have changed.; Added new category 'Example Games'.",
    )

    advice: Text | None = None


class UrlReputationClientNoted(Event):
    """The client of the URL reputation service says something about itself.

    Source: real lines of AsyncOS 11 to 14.
    """

    sample = "URL_REP_CLIENT: Configuration changed. Triggering restart of URL Reputation client service."

    detail: Text


class GraymailServiceNoted(Event):
    """The graymail service says something about itself.

    Source: real lines of AsyncOS 11 to 14.
    """

    sample = "graymail [CONFIG] Starting graymail configuration handler"

    component: Word
    detail: Text


class GraymailTraced(Event):
    """The graymail engine tells what it does with a message that it does not name (level Trace).

    Source: real lines of AsyncOS 14 and 15.
    """

    sample = "GRAYMAIL: No Actions Applied"

    detail: Text


class SenderbaseUploaded(Event):
    """Statistics about sending hosts were sent to SenderBase.

    Source: real lines of AsyncOS 3.8 and 4.
    """

    sample = "SenderBase upload: 1 hosts totalling 309 bytes"
    also = ("SenderBase upload: 12 hosts totaling 4309 bytes",)

    hosts: Integer
    size_bytes: Integer


class CaseCacheStatus(Event):
    """What the verdict cache of the CASE engine saved.

    Source: real lines of AsyncOS 7.6.
    """

    sample = "CASE cache status: hits = 4579, misses = 823449, expires = 0, adds = 816702, seconds saved = 6796.34, total seconds = 1238122.53"

    hits: Integer
    misses: Integer
    expires: Integer
    adds: Integer
    seconds_saved: Float
    total_seconds: Float


class Checkpoint(Event):
    """The mail queue was written to disk.

    Source: real lines of AsyncOS 3.8.
    """

    sample = "Checkpoint Finished"

    status: Word


class LameDnsReferral(Event):
    """A name server referred to servers that do not answer for the zone.

    Source: real lines of AsyncOS 4 to 14.
    """

    sample = "lame DNS referral: qname:7-113-0-203.host.example.net ns_name:dns1.example.net zone:host.example.net ref_zone:host.example.net referrals:[(524666183436709L, 0, 'insecure', 'dns1.example.net'), (524666183436709L, 0, 'insecure', 'dns2.example.net')]"
    also = (
        "lame DNS referral",
        "lame DNS referral: qname:www.example.net ns_name:dns1.example.net zone:example.net ref_zone:example.net",
        "lame DNS referral: dns1.example.net",
    )

    qname: Text | None = None
    ns_name: Text | None = None
    zone: Text | None = None
    ref_zone: Text | None = None
    referrals: Text | None = None
    detail: Text | None = None


class Status(Event):
    """The appliance's counters and gauges, once a minute; `CrtMID` and the like are counters, no message.

    Source: ESA user guide, "Logging", status logs.
    """

    sample = "Status: CPULd 21 DskIO 0 RAMUtil 8 QKUsd 287990 QKFre 8100618 CrtMID 125895152 CrtICID 91744475 CrtDCID 38600282 InjMsg 67015298 InjRcp 94130749 LogAvail 149G EuQ 0 EuqRls 0"

    counters: Counters


class SpamQuarantineLimitActionChanged(Event):
    """What the spam quarantine does when it is full was changed.

    Source: real lines of AsyncOS 14.
    """

    sample = "ISQ: out of limit action changed to 'DELETE OLDEST'"

    limit_action: Quoted


class SpamQuarantineFilling(Event):
    """The spam quarantine has used this much of its space.

    Source: ESA user guide, "System Administration", the alerts.
    """

    sample = "ISQ: Database over 95% full"

    percent: Integer


class SpamQuarantineFull(Event):
    """The spam quarantine has no space left.

    Source: ESA user guide, "System Administration", the alerts.
    """

    sample = "ISQ: database is full"


class SpamQuarantineUnreachable(Event):
    """The spam quarantine of the SMA could not be reached.

    Source: ESA user guide, "System Administration", the alerts.
    """

    sample = "ISQ: Could not connect to off-box quarantine at sma01.example.com:6025"

    smtp_host: Text
    port: Integer


class SpamQuarantineNotificationFailed(Event):
    """The spam quarantine could not tell a recipient what it holds.

    Source: ESA user guide, "System Administration", the alerts.
    """

    sample = "ISQ: Failed to send notification message: no route to host"

    reason: Text


class SlblDatabaseUpdated(Event):
    """The recipients' safelists and blocklists were read anew.

    Source: log patterns in public tests of AsyncOS 13 and 14.
    """

    sample = "SLBL: Database watcher updated from snapshot 20240616T210052-slbl.db."
    also = ("SLBL: Database watcher updated from snapshot 20240616T210052-slbl.db",)

    snapshot: Text


class CentralizedQuarantineListenerStarted(Event):
    """The appliance listens for messages that the quarantines of the SMA let go.

    Source: AsyncOS wording of 8 and later.
    """

    sample = "CPQ listener cpq_listener starting"

    listener: Text


class QuarantineFilling(Event):
    """A policy, virus or outbreak quarantine has used this much of its space.

    Source: ESA user guide, "System Administration", the alerts.
    """

    sample = 'Quarantine "Policy" is 95% full'

    quarantine: Text
    percent: Integer


class QuarantineDiskFull(Event):
    """The quarantines cannot be used, because a partition is full.

    Source: ESA user guide, "System Administration", the alerts.
    """

    sample = "The quarantine system is unavailable due to a lack of space on the /quarantine partition."

    partition: Text


class WorkQueuePaused(Event):
    """The messages in the work queue wait, with the reason.

    Source: ESA user guide, "System Administration", the alerts.
    """

    sample = "work queue paused, 3812 msgs, antispam"
    also = (
        "work queue paused, 3812 msgs",
        "Work queue paused, 3812 msgs, antispam",
    )

    message_count: Integer
    reason: Text | None = None


class WorkQueueResumed(Event):
    """The messages in the work queue go on.

    Source: ESA user guide, "System Administration", the alerts.
    """

    sample = "work queue resumed, 3812 msgs"
    also = ("Work queue resumed, 3812 msgs",)

    message_count: Integer


class ResourceConservationStarted(Event):
    """The appliance takes less mail for a while, because memory or queue run short.

    Source: ESA user guide, "System Administration", the alerts.
    """

    sample = "This system (hostname: esa01.example.com) has entered a 'resource conservation' mode in order to prevent the rapid depletion of critical system resources."
    also = ("This system (hostname: esa01.example.com) has entered a 'resource conservation' mode.",)

    hostname: Text
    detail: Text | None = None


class ResourceConservationEnded(Event):
    """The appliance takes as much mail as before.

    Source: ESA user guide, "System Administration", the alerts.
    """

    sample = "This system (hostname: esa01.example.com) has exited 'resource conservation' mode as resource utilization has dropped below the conservation threshold."
    also = ("This system (hostname: esa01.example.com) has exited 'resource conservation' mode.",)

    hostname: Text
    detail: Text | None = None


class QuarantineUnreachable(Event):
    """The process of the quarantines could not be reached.

    Source: Elastic's samples of text mail logs of AsyncOS 14.
    """

    sample = "Quarantine: Failed to connect to quarantine"


class SenderRateLimited(Event):
    """An envelope sender sends more than its rate limit allows.

    Source: Cisco TAC note 222043.
    """

    sample = "System is rate limiting Envelope Sender <news@example.com> due to high volume of messages"
    also = ("System is rate limiting Envelope Sender <news@example.com> due to high volume of messages.",)

    sender: Address


class EngineCheckSkipped(Event):
    """An engine was not asked about the message (level Trace).

    Source: real lines of AsyncOS 15.
    """

    sample = "MID 14: Skip AMP Engine check"
    hidden = True

    mid: Integer
    engine: Word


class RpcClientTraced(Event):
    """The client of the spam quarantine tells what it does (level Trace).

    Source: real lines of AsyncOS 15.
    """

    sample = "RPC client _message_loop sleeping when dequeuing a null entry"

    detail: Text


class EcsClientTraced(Event):
    """The client of the cloud's retrospective URL service tells when it sends data (level Trace).

    Source: real lines of AsyncOS 15.
    """

    sample = "Data will be sent to ECS client only when there is cloud license, urlscanning is enabled and retro service is enabled"

    condition: Text


class SystemStarted(Event):
    """The appliance starts.

    Source: ESA user guide, "Logging", system logs.
    """

    sample = "System is coming up."
    also = ("System is coming up",)


class SmtpServerStarted(Event):
    """The part of the appliance that receives mail begins.

    Source: messages of AsyncOS 4.5 to 5.1 that Cisco's own log analyser spamtowho quotes.
    """

    sample = "SMTP server starting"


class SmtpServerStopped(Event):
    """The part of the appliance that receives mail ends.

    Source: messages of AsyncOS 4.5 to 5.1 that Cisco's own log analyser spamtowho quotes.
    """

    sample = "SMTP server shut down"


class HostnameChanged(Event):
    """The appliance was given another host name.

    Source: real lines of AsyncOS 14 and 15.
    """

    sample = "Hostname is successfully changed to esa01.example.com for the product."
    also = ("Hostname is successfully changed to esa01.example.com for the product",)

    hostname: Text


class SystemTimeChanged(Event):
    """The appliance's clock was set by a time server.

    Source: real lines of AsyncOS 14 and 15.
    """

    sample = "The system time was changed from Sun, 16 Jun 2024 21:00:52 to Sun, 16 Jun 2024 21:00:53 using information from 192.0.2.123."
    also = (
        "The system time was changed from Sun, 16 Jun 2024 21:00:52 to Sun, 16 Jun 2024 21:00:53 using information from 192.0.2.123",
    )

    time_before: Text
    time_after: Text
    time_server: Ip
