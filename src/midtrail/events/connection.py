"""Incoming connections: who connects, what the Host Access Table does with it, TLS, and its end.

Source: ESA user guide, Logging, "Text Mail Logs"; real lines of AsyncOS 3.7 to 15.
"""

from midtrail.events._event import Event
from midtrail.events._fields import Address, Float, Integer, Ip, Quoted, Text, Word, YesNo


class IcidOpened(Event):
    """A host connects; the reverse DNS name is verified where it resolves to the host's address again.

    `reverse_dns` is null where the line leaves it empty. Source: ESA user guide, Logging.
    """

    sample = "New SMTP ICID 824108 interface Data 1 (192.0.2.10) address 198.51.100.59 reverse dns host mail.example.com verified yes"
    also = (
        "New smtp ICID 282204970 interface Management (192.0.2.1) address 198.51.100.1 reverse dns host unknown verified no",
        "New SMTP ICID 29 Interface Management (192.0.2.1) address 198.51.100.200 reverse dns host  mx.example.com verified no",
        "New SMTP ICID 30 interface Management (192.0.2.1) address 198.51.100.200 reverse dns host  verified no",
        "New SMTP ICID 10292815 interface private address 198.51.100.69",
    )
    sentence = "Protocol SMTP interface {interface}[[ (IP {interface_ip})]] on incoming connection (ICID {icid}) from sender IP {sender_ip}.[[ Reverse DNS host {reverse_dns} verified {reverse_dns_verified}.]]"

    icid: Integer
    interface: Text
    interface_ip: Ip | None = None
    sender_ip: Ip
    reverse_dns: Text | None = None
    reverse_dns_verified: YesNo | None = None


class SenderGroupMatched(Event):
    """The Host Access Table puts a connection into a sender group, whose mail flow policy has the action.

    `match` is the entry that matched (an address, a range, a domain, `sbrs[-10.0:-3.0]`, `dnslist[zone]`,
    `ipr[none]`, `country[...]`, `ALL`), null where the line leaves it empty; `sbrs` and `ip_reputation` are a
    score or words such as `None`, `rfc1918`, `not enabled`. TCPREFUSE has ICID 0. Source: ESA user guide,
    Logging; real lines of AsyncOS 4 to 14.
    """

    sample = "ICID 824108 ACCEPT SG ACCEPTLIST match sbrs[0.0:10.0] SBRS 3.5 country Netherlands"
    also = (
        "ICID 60140291 REJECT SG BLACKLIST match sbrs[-10.0:-3.0] SBRS -4.7",
        "ICID 3 ACCEPT SG UNKNOWNLIST match ipr[none] ipr not enabled country not enabled",
        "ICID 0 TCPREFUSE SG RBL-List match dnslist[bl.example.org] SBRS None",
        "ICID 3 ACCEPT SG None match  SBRS rfc1918",
        "ICID 210158 ACCEPT SG UNKNOWNLIST match nx.domain  SBRS rfc1918",
        "ICID 282204970 ACCEPT SG None match SBRS None",
        "ICID 3 ACCEPT SG None SBRS unable to retrieve",
        "ICID 2106327026 ACCEPT SG GOOD match 198.51.100.0/24",
        "ICID 2106327027 REJECT SG TCP-REFUSE match",
    )
    sentence = "(ICID {icid}) {hat_action} sender group {sender_group}[[ match {match}]][[ SBRS {sbrs}]][[ ipr {ip_reputation}]][[ country {country}]]"

    icid: Integer
    hat_action: Word
    sender_group: Text
    match: Text | None = None
    sbrs: Text | None = None
    ip_reputation: Text | None = None
    country: Text | None = None


class IcidSbrs(Event):
    """The reputation score of a connection's host, in a line of its own.

    Source: real lines of AsyncOS 3.8.
    """

    sample = "ICID 9461571 SBRS None"

    icid: Integer
    sbrs: Text


class SenderIpUndetermined(Event):
    """A host connects whose address the appliance cannot tell.

    Source: messages of AsyncOS 4.5 to 5.1 that Cisco's own log analyser spamtowho quotes.
    """

    sample = "Incoming SMTP connection undetermined IP on interface Data 1"

    protocol: Word
    interface: Text


class DelayedHatReject(Event):
    """A rejected connection goes on, only to log the recipients that it asks for.

    Source: real lines of AsyncOS 7.6 and 14.
    """

    sample = "ICID 824107 Delayed HAT REJECT continuing session for recipient logging (203.0.113.135)"

    icid: Integer
    sender_ip: Ip


class IcidTlsSuccess(Event):
    """TLS is negotiated with a connecting host.

    Source: ESA user guide, Logging; Cisco technote 118500 (without protocol and cipher).
    """

    sample = "ICID 824108 TLS success protocol TLSv1.2 cipher ECDHE-RSA-AES256-GCM-SHA384"
    also = ("ICID 10304570 TLS success",)
    sentence = "Incoming connection (ICID {icid}) successfully accepted TLS[[ protocol {tls_protocol}]][[ cipher {tls_cipher}]]."

    icid: Integer
    tls_protocol: Word | None = None
    tls_cipher: Word | None = None


class IcidTlsFailed(Event):
    """TLS could not be negotiated with a connecting host.

    Source: Cisco technote 118500; real lines of AsyncOS 3.8 to 15.
    """

    sample = "ICID 4 TLS failed: [Errno 54] Connection reset by peer"
    also = (
        "ICID 10304580 TLS failed",
        "ICID 5 TLS failed: (336151574, 'error:14094416:SSL routines:SSL3_READ_BYTES:sslv3 alert certificate unknown')",
    )

    icid: Integer
    reason: Text | None = None


class IcidTlsRequired(Event):
    """The listener requires TLS, and the connecting host did not begin it.

    Source: real lines of AsyncOS 3.8.
    """

    sample = "ICID 8 TLS was required but remote host did not initiate it"

    icid: Integer


class IcidLost(Event):
    """A connecting host went away without QUIT.

    Source: Cisco technote 118579.
    """

    sample = "ICID 824107 lost"
    sentence = "Incoming connection (ICID {icid}) lost."

    icid: Integer


class IcidLostBeforeCommands(Event):
    """A connecting host went away before it said anything, often while its name was looked up.

    Source: real lines of AsyncOS 4.
    """

    sample = "ICID 30308138 Connection from 198.51.100.138 on interface PublicNet (192.0.2.25) lost after 139 seconds (DNS query took 139 seconds), before any commands were received"
    also = (
        "ICID 30308139 Connection from 198.51.100.138 on interface PublicNet (192.0.2.25) lost after 12 seconds, before any commands were received",
    )

    icid: Integer
    sender_ip: Ip
    interface: Text
    interface_ip: Ip
    lost_after_seconds: Integer
    dns_seconds: Integer | None = None


class IcidDisconnected(Event):
    """The appliance ends a connection that takes too long.

    Source: real lines of AsyncOS 4.
    """

    sample = "ICID 3 disconnected address 203.0.113.101, no messages injected within timeout period"
    also = ("ICID 4 disconnected address 203.0.113.101, exceeded allowable connection time",)

    icid: Integer
    sender_ip: Ip
    reason: Text


class IcidReceivingFailed(Event):
    """A message was refused while it came in (a loop, too large, too many recipients or connections).

    Source: real lines of AsyncOS 3.8 to 7.6; "Injection Failed" before 4.0.
    """

    sample = "ICID 9033 Receiving Failed: Message loop"
    also = ("ICID 11723972 Injection Failed: Message loop",)

    icid: Integer
    reason: Text


class IcidKilled(Event):
    """A person or the system cut an incoming connection off.

    Source: real lines of AsyncOS 4 to 7.
    """

    sample = "SMTP server connection killed ICID: 629531"

    icid: Integer


class IcidClosed(Event):
    """An incoming connection ends.

    Source: ESA user guide, Logging.
    """

    sample = "ICID 824108 close"
    hidden = True

    icid: Integer


class SenderRejected(Event):
    """An envelope sender was refused by sender verification.

    Source: ESA user guide, "Sender Verification"; real lines of AsyncOS 4 to 7.6.
    """

    sample = "ICID 9 Address: <nobody@missing.example> sender rejected, envelope sender domain could not be resolved"
    also = ("ICID 9 Address: <nobody@missing.example> sender rejected",)

    icid: Integer
    sender: Address
    reason: Text | None = None


class SenderAllowed(Event):
    """An envelope sender is let through sender verification by an exception.

    Source: ESA user guide, "Sender Verification".
    """

    sample = (
        "ICID 9 Address: <alice@partner.example> sender allowed, envelope sender matched domain exception"
    )
    also = ("ICID 9 Address: <alice@partner.example> sender allowed",)

    icid: Integer
    sender: Address
    reason: Text | None = None


class InvalidSenderAddress(Event):
    """What was given as the envelope sender is no mail address.

    Source: real lines of AsyncOS 7.
    """

    sample = "ICID 493829828 Invalid sender address: Unsupported domain literal: '[]'"
    also = (
        "ICID 493829829 Invalid sender address:  'MAIL FROM:<a b>'",
        "ICID 493829830 Invalid sender address: Missing domain",
    )

    icid: Integer
    reason: Text | None = None
    offending: Quoted | None = None


class InvalidRecipientAddress(Event):
    """What was given as an envelope recipient is no mail address; `offending` is the command or the part of it.

    Source: real lines of AsyncOS 4 to 7.
    """

    sample = "ICID 6 MID 9 Invalid recipient address: Invalid character in address: '!'"
    also = (
        "ICID 6 MID 9 Invalid recipient address:  'RCPT TO:<>'",
        "ICID 6 Invalid recipient address: Missing domain",
    )

    icid: Integer
    mid: Integer | None = None
    reason: Text | None = None
    offending: Quoted | None = None


class UnknownCommand(Event):
    """A connecting host said what is no SMTP command, as one does that believes to be within the data.

    Source: messages of AsyncOS 4.5 to 5.1 that Cisco's own log analyser spamtowho quotes.
    """

    sample = "ICID 824108 Unknown command: 'XYZZY alice@example.com'"
    also = ("ICID 824108 Unknown command: XYZZY", "ICID 824108 Unknown command: ")

    icid: Integer
    command: Quoted | None = None


class InvalidCommand(Event):
    """A connecting host gave an SMTP command in a form that it does not have.

    Source: messages of AsyncOS 4.5 to 5.1 that Cisco's own log analyser spamtowho quotes.
    """

    sample = "ICID 824108 Bad syntax for command: MAIL alice@example.com"
    also = ("ICID 824108 Bad syntax for command: ",)

    icid: Integer
    command: Quoted | None = None


class DirectoryHarvestAttack(Event):
    """A host asked for too many invalid recipients and is dropped (Directory Harvest Attack Prevention).

    Source: Cisco technote 118936 (whose example lacks a quote); real lines.
    """

    sample = "LDAP: Dropping connection due to potential Directory Harvest Attack from host=('198.51.100.10', None), dhap_limit=4, sender_group=SUSPECTLIST"
    also = (
        "Dropping connection due to potential Directory Harvest Attack from host=('198.51.100.10', 'bulk.example.org'), dhap_limit=20, sender_group=UNKNOWNLIST, listener=IncomingMail, reverse_dns=bulk.example.org, ICID 139900202",
        "LDAP: Dropping connection due to potential Directory Harvest Attack from host=(198.51.100.10', None), dhap_limit=4, sender_group=SUSPECTLIST",
    )

    icid: Integer | None = None
    sender_ip: Ip
    sender_host: Quoted | None = None
    dhap_limit: Integer
    sender_group: Text
    listener: Text | None = None
    reverse_dns: Text | None = None


class SmtpAuthSucceeded(Event):
    """A client authenticated itself.

    Source: AsyncOS documentation.
    """

    sample = (
        "SMTP Auth: (ICID 30) succeeded for user: alice using AUTH mechanism: LOGIN with profile: ldap_smtp"
    )
    also = ("SMTP Auth (ICID 30) succeeded for user: alice using AUTH mechanism: PLAIN",)

    icid: Integer
    smtp_user: Text | None = None
    mechanism: Word
    profile: Text | None = None


class SmtpAuthFailed(Event):
    """A client could not authenticate itself.

    Source: AsyncOS documentation.
    """

    sample = "SMTP Auth: (ICID 31) failed for user: alice using AUTH mechanism: LOGIN with profile: ldap_smtp"
    also = ("SMTP Auth (ICID 31) failed for user: alice using AUTH mechanism: PLAIN",)

    icid: Integer
    smtp_user: Text | None = None
    mechanism: Word
    profile: Text | None = None


class TlsRead(Event):
    """Bytes of a message came in over TLS (level Debug).

    Source: real lines of AsyncOS 14.
    """

    sample = "MID 14 ICID 14 TLS read 126 bytes (0.0 seconds)"

    mid: Integer
    icid: Integer
    read_bytes: Integer
    read_seconds: Float


class SmtpAuthServerUnreachable(Event):
    """The server that checks users for the appliance could not be reached.

    Source: ESA user guide, "System Administration", the alerts; messages of AsyncOS 4.5 to 5.1 that Cisco's own log analyser spamtowho quotes.
    """

    sample = "SMTP Auth: could not reach forwarding server 192.0.2.25 with reason: Connection refused"
    also = (
        "SMTP Auth (ICID 30) could not reach forwarding server auth.example.com with reason: Connection refused",
        "SMTP Auth (ICID 30) could not reach forwarding server auth.example.com",
    )

    icid: Integer | None = None
    server: Text
    reason: Text | None = None


class SmtpAuthServerConnected(Event):
    """The appliance is connected to the server that checks users for it; so many more connections it may have.

    Source: messages of AsyncOS 4.5 to 5.1 that Cisco's own log analyser spamtowho quotes.
    """

    sample = "SMTP Auth forward server connection to auth.example.com, port 25, interface Data 1, 9 connections available"

    server: Text
    port: Integer
    interface: Text
    connections_available: Integer


class SmtpAuthMisconfigured(Event):
    """The profile by which a client should authenticate itself cannot be used.

    Source: messages of AsyncOS 4.5 to 5.1 that Cisco's own log analyser spamtowho quotes.
    """

    sample = "SMTP Auth (ICID 30) profile: Forwarding is misconfigured or missing causing an Auth failure"

    icid: Integer
    profile: Text


class SmtpAuthRequired(Event):
    """The listener requires authentication, and the connecting host did not begin it.

    Source: messages of AsyncOS 4.5 to 5.1 that Cisco's own log analyser spamtowho quotes.
    """

    sample = "SMTP Auth (ICID 30) was required but remote host did not initiate it"

    icid: Integer


class SmtpAuthQueryFailed(Event):
    """The directory could not be asked whether a user may send.

    Source: ESA user guide, "System Administration", the alerts; messages of AsyncOS 4.5 to 5.1 that Cisco's own log analyser spamtowho quotes.
    """

    sample = "SMTP Auth: LDAP query failed, see LDAP debug logs for details."
    also = (
        "SMTP Auth: LDAP query failed",
        "SMTP Auth LDAP query failed, possible LDAP misconfiguration or unreachable server.",
        "SMTP Auth (ICID 30) LDAP query/user lookup failed for user: alice",
    )

    icid: Integer | None = None
    smtp_user: Text | None = None
    detail: Text | None = None
