"""Delivery: connections to other hosts, and what became of each recipient there.

Source: ESA user guide, Logging, "Text Mail Logs"; real lines of AsyncOS 3.8 to 15.
"""

from midtrail.events._event import Event
from midtrail.events._fields import Flag, Integer, Ip, Pairs, Quoted, QuotedList, Rids, Text, Time, Word


class QueuedForDelivery(Event):
    """A message passed all scanning and waits for its delivery (also for that into a quarantine).

    Source: ESA user guide, Logging.
    """

    sample = "MID 26983 queued for delivery"
    sentence = "Message {mid} queued for delivery."

    mid: Integer


class DcidOpened(Event):
    """The appliance connects to another host; its own side is told by address, or by name in some builds.

    Source: ESA user guide, Logging; no port before 4.6.
    """

    sample = "New SMTP DCID 4368 interface 192.0.2.10 address 203.0.113.25 port 25"
    also = (
        "New SMTP DCID 8 interface 192.0.2.10 address 203.0.113.25",
        "New SMTP DCID 16 interface PublicNet address 203.0.113.113",
        "New smtp DCID 17 Interface Data 1 (192.0.2.10) address 203.0.113.113 port 25",
    )
    sentence = "SMTP delivery connection (DCID {dcid}) opened from Cisco IronPort interface[[ {interface}]][[ {interface_ip}]] to IP address {destination_ip}[[ on port {port}]]."

    dcid: Integer
    interface_ip: Ip | None = None
    interface: Text | None = None
    destination_ip: Ip
    port: Integer | None = None


class DcidTlsSuccess(Event):
    """TLS is negotiated with the receiving host; `domain` or the certificate's common name where it was verified.

    Source: Cisco technote 118500; real lines of AsyncOS 4 to 15.
    """

    sample = "DCID 4368 TLS success protocol TLSv1.2 cipher ECDHE-RSA-AES256-GCM-SHA384"
    also = (
        "DCID 112095 TLS success protocol TLSv1 cipher AES128-SHA for partner.example",
        "DCID 239490 TLS success protocol TLSv1 cipher RC4-SHA CN=mx.partner.example",
        "DCID 12 TLS success CN: <Demo Certificate of an Appliance>",
        "DCID 13 TLS success CN: mx.partner.example",
        "DCID 4369 TLS success protocol TLSv1.2 cipher ECDHE-RSA-AES256-GCM-SHA384 None",
        "DCID 14 TLS success",
        "DCID 2024 TLS success protocol TLSv1.2 cipher ECDHE-RSA-AES256-GCM-SHA384 the.cpq.host",
    )
    sentence = "Delivery connection (DCID {dcid}) successfully accepted TLS[[ protocol {tls_protocol}]][[ cipher {tls_cipher}]] None."

    dcid: Integer
    tls_protocol: Word | None = None
    tls_cipher: Word | None = None
    domain: Text | None = None
    common_name: Text | None = None


class DcidTlsFailed(Event):
    """TLS could not be negotiated with the receiving host, or its certificate not be verified.

    Source: Cisco technote 118500; real lines of AsyncOS 4 to 15.
    """

    sample = "DCID 80167 TLS failed: STARTTLS unexpected response"
    also = (
        "DCID 80168 TLS failed: verify error: hostname mismatch",
        "DCID 80169 TLS failed",
        "DCID 80170 STARTTLS command not supported",
        "DCID 80171 TLS verify error: no certificate from server",
    )

    dcid: Integer
    reason: Text | None = None


class DcidTlsDeferred(Event):
    """TLS failed where it is required or preferred: the delivery waits for another try.

    Source: AsyncOS wording, "TLS deferring".
    """

    sample = "DCID 80172 TLS deferring: verify error: hostname mismatch"
    also = ("DCID 80173 TLS deferring",)

    dcid: Integer
    reason: Text | None = None


class DcidTlsRequired(Event):
    """The destination controls require TLS, and it could not be had: nothing is delivered here.

    Source: real lines of AsyncOS 3.8.
    """

    sample = "DCID 8 IP 203.0.113.140 TLS was required but could not be successfully negotiated"
    also = ("DCID 8 TLS was required but could not be successfully negotiated",)

    dcid: Integer
    destination_ip: Ip | None = None


class DcidAuthSucceeded(Event):
    """The receiving host accepted the appliance's user name and password.

    Source: Cisco TAC note 118570.
    """

    sample = "DCID: 5633 IP: 203.0.113.102 SMTP authentication using the profile Outbound succeeded."
    also = ("DCID 5633 IP 203.0.113.102 SMTP authentication using the profile Outbound succeeded",)

    dcid: Integer
    destination_ip: Ip
    profile: Text


class DcidAuthFailed(Event):
    """The receiving host refused the appliance's user name and password.

    Source: Cisco TAC note 118570.
    """

    sample = "DCID: 5640 IP: 203.0.113.102 SMTP authentication using the profile Outbound failed."
    also = (
        "DCID: 5640 IP: 203.0.113.102 SMTP authentication using the profile Outbound failed",
        "DCID: 5640 IP: 203.0.113.102 SMTP authentication using the profile Outbound failed: 535 authentication failed",
    )

    dcid: Integer
    destination_ip: Ip
    profile: Text
    reason: Text | None = None


class DcidClosed(Event):
    """A delivery connection ends.

    Source: ESA user guide, Logging.
    """

    sample = "DCID 4368 close"
    hidden = True

    dcid: Integer


class DcidKilled(Event):
    """A person or the system cut a delivery connection off.

    Source: real lines of AsyncOS 4 to 7.
    """

    sample = "SMTP client connection killed DCID: 196546347"

    dcid: Integer


class DeliveryClientExited(Event):
    """A delivery connection ends because there may be no more of them at a time.

    Source: real lines of AsyncOS 4.
    """

    sample = "Mail delivery client with DCID 8163315 exited due to the maximum concurrency configuration."

    dcid: Integer


class DeliveryStarted(Event):
    """A message is handed to the receiving host for these recipients; `offbox_quarantine`: to the SMA's spam quarantine.

    Source: ESA user guide, Logging; `to [0]` before 4.0.
    """

    sample = "Delivery start DCID 4368 MID 26983 to RID [0, 1]"
    also = (
        "Delivery start DCID 6565554 MID 24611424 to RID [0] to offbox IronPort Spam Quarantine",
        "Delivery start DCID 6565554 MID 24611424 to RID [0] to offbox Cisco Spam Quarantine",
        "Delivery start DCID 4901127 MID 10288263 to [0]",
    )
    sentence = "(DCID {dcid}) Delivery started for message {mid} to {rids}."

    dcid: Integer
    mid: Integer
    rids: Rids
    offbox_quarantine: Flag = False


class DeliveryDone(Event):
    """The receiving host took a message for these recipients; with the headers that are set to be logged.

    `external_quarantine`: it went into the spam quarantine of an SMA, so it is not delivered. Source: ESA user
    guide, Logging, "Logging Message Headers"; `to [0]` before 4.0.
    """

    sample = "Message done DCID 4368 MID 26983 to RID [0] [('from', 'Alice <alice@example.com>'), ('to', 'bob@example.com')]"
    also = (
        "Message done DCID 4368 MID 26983 to RID [0, 1]",
        "Message done DCID 6565554 MID 24611414 to RID [0] (external quarantine)",
        "Message done DCID 6565554 MID 24611414 to RID [0] (external quarantine) [('from', 'alice@example.com')]",
        "Message done DCID 6565554 MID 24611414 to RID [0] [('from', 'alice@example.com')] (external quarantine)",
        "Message done DCID 570107 MID 3605203 to [0] [('X-SBRS', 'BadRep -9.4')]",
    )
    sentence = "(DCID {dcid}) Delivery details: Message {mid} sent to {rids}[[ {headers}]]"

    dcid: Integer
    mid: Integer
    rids: Rids
    headers: Pairs | None = None
    external_quarantine: Flag = False


class QuarantineTransferStarted(Event):
    """A message is handed to the SMA that holds the policy, virus and outbreak quarantines; that is no delivery.

    Source: AsyncOS wording of 8 and later; a public Splunk search.
    """

    sample = "Delivery start DCID 2024 MID 26991 to RID [0] to Centralized Policy Quarantine"

    dcid: Integer
    mid: Integer
    rids: Rids


class QuarantineTransferDone(Event):
    """The SMA that holds the policy, virus and outbreak quarantines has taken the message; that is no delivery.

    Source: AsyncOS wording of 8 and later.
    """

    sample = "Message done DCID 2024 MID 26991 to RID [0] (centralized policy quarantine)"
    also = (
        "Message done DCID 2024 MID 26991 to RID [0] (centralized policy quarantine) [('from', 'alice@example.com')]",
        "Message done DCID 2024 MID 26991 to RID [0] [('from', 'alice@example.com')] (centralized policy quarantine)",
    )

    dcid: Integer
    mid: Integer
    rids: Rids
    headers: Pairs | None = None


class ResponseReceived(Event):
    """What the receiving host answered at the end of the data; null where nothing is left of it.

    The appliance strips leading blanks, punctuation and "OK". Source: ESA user guide, Logging, "Remote
    Response"; without quotes in old builds.
    """

    sample = (
        "MID 26983 RID [0] Response '2.6.0 <1234@example.com> [InternalId=79003599] Queued mail for delivery'"
    )
    also = (
        "MID 5911872 RID [0] Response ok 1083092729 qp 3998",
        "MID 5911873 RID [0] Response",
    )
    sentence = "Message {mid} to {rids} received remote SMTP response '{response}'."

    mid: Integer
    rids: Rids
    response: Quoted | None = None


class DeliveryDelayed(Event):
    """A recipient could not be reached for now (soft bounce): another try follows.

    `smtp_code` and `response_lines` are the receiving host's answer (code 000: the appliance's own words),
    `headers` the logged headers. Source: ESA user guide, Logging, "Soft Bounce Followed by Successful Delivery".
    """

    sample = "Delayed: DCID 5 MID 4 to RID 0 - 4.1.0 - Unknown address error ('466', ['Mailbox temporarily full.'])[]"
    also = (
        "Delayed: DCID: 4370 Message 10800 to 0 - 4.4.0 - Other network problem ('000', ['[Errno 54] Connection reset by peer']) []",
        "Delayed: DCID 5 MID 4 to RID 0 - 4.4.7 - Delivery expired",
        "Delayed: DCID 5 MID 4 to RID 0 - 4.1.0 - Unknown address error 451-'4.7.1 Try again later'",
        "Delayed: DCID 5 MID 4 to RID 0 - 4.1.0 - Unknown address error ('466', ['Mailbox tempor",
    )

    dcid: Integer
    mid: Integer
    rid: Integer
    dsn_code: Word
    dsn_text: Text
    smtp_code: Word | None = None
    response_lines: QuotedList | None = None
    headers: Pairs | None = None


class DeliveryBounced(Event):
    """A recipient cannot be reached (hard bounce).

    `smtp_code` and `response_lines` are the receiving host's answer (code 000: the appliance's own words),
    `headers` the logged headers. Source: ESA user guide, Logging, "Hard Bounce".
    """

    sample = "Bounced: DCID 3 MID 4 to RID 0 - 5.1.0 - Unknown address error ('550', ['<bob@example.com>... Relaying denied']) []"
    also = (
        "Bounced: DCID 0 MID 8 to RID 0 - 5.1.2 - Bad destination host ('000', ['DNS Hard Error looking up missing.example (MX):  NXDomain'])",
        "Bounced: DCID: 1911 Message 3993 to 0 - 5.1.0 - Unknown address error ('554', ['Too long line.']) []",
        "Bounced: DCID 3 MID 4 to RID 0 - 5.4.7 - Delivery expired (message too old)",
        "Bounced: DCID 3 MID 4 to RID 0 - 5.1.0 - Unknown address error 501-'5.5.4 Invalid Address'",
        "Bounced: DCID 3 MID 4 to RID 0 - 5.1.0 - Unknown address error ('550', ['5.1.1 No such us",
    )
    sentence = "(DCID {dcid}) Message {mid} to {rid} bounced by destination server. Reason {dsn_code} - {dsn_text}[[('{smtp_code}', {response_lines})]]"

    dcid: Integer
    mid: Integer
    rid: Integer
    dsn_code: Word
    dsn_text: Text
    smtp_code: Word | None = None
    response_lines: QuotedList | None = None
    headers: Pairs | None = None


class DoubleBounced(Event):
    """A bounce notice itself could not be delivered: nobody is told.

    Source: real lines of AsyncOS 3.8 to 4.
    """

    sample = "Double bounce: MID 12222130 to 0 - 5.1.0 - Unknown address error 501-'5.5.4 Invalid Address'"
    also = (
        "Double bounce: Message 8963393 to 0 - 5.1.1 - Bad destination email address",
        "Double bounce: MID 12222131 to RID 0 - 5.1.0 - Unknown address error ('550', ['5.1.1 No such user']) []",
        "Double bounce: MID 12222131 to RID 0 - 5.1.0 - Unknown address error ('550', ['5.1.1 No such us",
    )

    mid: Integer
    rid: Integer
    dsn_code: Word
    dsn_text: Text
    smtp_code: Word | None = None
    response_lines: QuotedList | None = None
    headers: Pairs | None = None


class DeliveryPending(Event):
    """These recipients wait for the next try at this time; with the bounce profile where it is told.

    Source: ESA user guide, Logging, "Soft Bounce Followed by Successful Delivery"; real lines of AsyncOS 3.8.
    """

    sample = "MID 1232089 to RID [0] pending till Wed May 26 14:58:26 2004"
    also = (
        "Message 1232089 to RID [0] pending till Wed May 26 14:58:26 2004",
        "Message 4195162 to [0] pending till Tue Apr 27 13:05:17 2004 [Default]",
    )

    mid: Integer
    rids: Rids
    pending_till: Time
    profile: Text | None = None


class RecipientsDeleted(Event):
    """A person deleted these recipients of a message from the delivery queue.

    Source: real lines of AsyncOS 4.
    """

    sample = "Deleted: MID 3 to [0]"
    also = ("Deleted: Message 3 to RID [0, 1]",)

    mid: Integer
    rids: Rids


class PossibleDelivery(Event):
    """The connection broke after the data was sent: the receiving host may or may not have taken the message.

    Source: real lines of AsyncOS 3.8.
    """

    sample = "Possible Delivery: DCID: 4641294 MID 8956463 to [0]"
    also = ("Possible Delivery: DCID 4641294 MID 8956463 to RID [0]",)

    dcid: Integer
    mid: Integer
    rids: Rids


class ConnectionError(Event):  # noqa: A001 - the appliance's own words, "Connection Error"
    """A delivery connection could not be made or broke; `detail` may be the receiving host's answer.

    `port_name` is a port that is no number, as in logs made anonymous.
    Source: real lines of AsyncOS 3.8 to 7.6.
    """

    sample = "Connection Error: DCID 63 domain: partner.example IP: 203.0.113.31 port: 25 details: [Errno 0] Error interface: 192.0.2.50 reason: network error"
    also = (
        "Connection Error: DCID: 263 IP: 203.0.113.90 details: EOF interface: 192.0.2.246 reason: network error",
        "Connection Error: connection timed out DCID: 2804 IP: 203.0.113.158 details: timeout interface: 192.0.2.49",
        "Connection Error: DCID: 264 IP: 203.0.113.90 details: EOF interface: 192.0.2.246",
        "Connection Error: DCID 65 domain: partner.example IP: 203.0.113.31 port: 25 details:  interface: 192.0.2.50 reason: timeout",
        "Connection Error: DCID 66 domain: partner.example IP: 203.0.113.31 port: smtp details: EOF interface: 192.0.2.50 reason: network error",
    )

    dcid: Integer
    domain: Text | None = None
    destination_ip: Ip | None = None
    port: Integer | None = None
    port_name: Text | None = None
    detail: Text | None = None
    interface_ip: Ip | None = None
    reason: Text | None = None


class DeliveriesSuspended(Event):
    """Nothing is delivered (to this host) at present.

    Source: real lines of AsyncOS 3.8.
    """

    sample = "Deliveries are currently suspended [mx.partner.example]"
    also = ("Deliveries are currently suspended",)

    domain: Text | None = None


class ExpiryScanStarted(Event):
    """The messages that wait for a host are looked through for those that are too old.

    Source: real lines of AsyncOS 3.8.
    """

    sample = "Scanning partner.example with 3 msgs for expiration candidates."

    domain: Text
    message_count: Integer


class ExpiryScanDone(Event):
    """The messages that wait for a host were looked through for those that are too old.

    Source: real lines of AsyncOS 3.8.
    """

    sample = "Done scanning partner.example,  1 msgs remain in queue."

    domain: Text
    message_count: Integer


class DnsTemporaryFailure(Event):
    """A name could not be looked up for now.

    Source: real lines of AsyncOS 3.8 to 7.6.
    """

    sample = "DNS Temporary Failure partner.example MX - unable to reach nameserver on any valid IP"

    domain: Text
    record_type: Word
    reason: Text


class DnsError(Event):
    """A name cannot be looked up: there is none.

    Source: real lines of AsyncOS 4.
    """

    sample = "DNS Error missing.example MX - NXDomain"

    domain: Text
    record_type: Word
    reason: Text


class SmtpRouteDnsFailed(Event):
    """The host that an SMTP route names cannot be looked up.

    Source: real lines of AsyncOS 7.
    """

    sample = "DNS failure for SMTP route destination mailstore.example.com"

    domain: Text


class DnsQueryFailed(Event):
    """A name server could not be asked.

    Source: real lines of AsyncOS 7.
    """

    sample = "DNS query network error '[Errno 51] Network is unreachable' to '192.0.2.53' looking up 'partner.example'"

    dns_error: Quoted
    name_server_ip: Ip
    looked_up: Quoted


class DnsResponseInvalid(Event):
    """A name server's answer makes no sense.

    Source: real lines of AsyncOS 7.
    """

    sample = "Received an invalid DNS Response: '' to IP 192.0.2.53 looking up ns.partner.example"

    dns_response: Quoted
    name_server_ip: Ip
    looked_up: Quoted


class DnsBootstrapFailed(Event):
    """No name server can be reached at all.

    Source: real lines of AsyncOS 7.
    """

    sample = "Failed to bootstrap the DNS resolver. Unable to contact root servers."
    also = ("Failed to bootstrap the DNS resolver.",)

    detail: Text | None = None
