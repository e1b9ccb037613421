"""Receiving: a message comes in over a connection, from its first line to the end of its data.

Source: ESA user guide, Logging, "Text Mail Logs"; real lines of AsyncOS 3.8 to 15.
"""

from midtrail.events._event import Event
from midtrail.events._fields import Address, Integer, Ip, Quoted, Text, Word


class MessageStarted(Event):
    """A message begins on a connection; ICID 0 is the appliance itself, whose reason may stand in parentheses.

    Source: ESA user guide, Logging.
    """

    sample = "Start MID 26983 ICID 824108"
    also = ("Start MID 9 ICID 0 (ISQ Notification)",)
    sentence = "Start message {mid} on incoming connection (ICID {icid})."

    mid: Integer
    icid: Integer
    note: Text | None = None


class SenderReceived(Event):
    """The envelope sender of a message; empty for a bounce.

    Source: ESA user guide, Logging; old and masked lines lack the angle brackets.
    """

    sample = "MID 26983 ICID 824108 From: <alice@example.com>"
    also = ("MID 14 ICID 14 From: alice@example.com", "MID 515 ICID 0 From: <>")
    sentence = "Message {mid} enqueued on incoming connection (ICID {icid}) from {sender}."

    mid: Integer
    icid: Integer
    sender: Address


class RecipientAccepted(Event):
    """An envelope recipient of a message and its number in it; a split child counts from 0 again.

    Source: ESA user guide, Logging.
    """

    sample = "MID 26983 ICID 824108 RID 0 To: <bob@example.com>"
    also = ("MID 14 ICID 14 RID 0 To: bob@example.com",)
    sentence = "Message {mid} on incoming connection (ICID {icid}) added recipient ({recipient})."

    mid: Integer
    icid: Integer
    rid: Integer
    recipient: Address


class RecipientRejected(Event):
    """A recipient was refused in the SMTP conversation, by the RAT, an LDAP query or the receiving limits.

    Source: real lines of AsyncOS 3.8 to 7.6.
    """

    sample = "MID 2 ICID 7 To: <nobody@example.com> Rejected by RAT"
    also = ("MID 2 ICID 7 To: nobody@example.com Rejected by Receiving Control",)

    mid: Integer
    icid: Integer
    recipient: Address
    rejected_by: Word


class InvalidBounceRejected(Event):
    """A bounce came in for an address without a valid bounce verification tag, and was refused.

    Source: ESA user guide, "Bounce Verification"; real lines.
    """

    sample = "MID 26603 ICID 125192 invalid bounce, rcpt address <bob@example.com> rejected by bounce verification."

    mid: Integer
    icid: Integer
    recipient: Address


class InvalidBounceTagged(Event):
    """A bounce came in for an address without a valid bounce verification tag, and gets a header that says so.

    Source: real lines.
    """

    sample = "MID 12767811 ICID 14967245 invalid bounce, tagging"

    mid: Integer
    icid: Integer


class MessageIdHeader(Event):
    """The Message-ID header of a message.

    Source: ESA user guide, Logging; real lines have it in single quotes, in double quotes or bare.
    """

    sample = "MID 256 Message-ID '<20040803.1636@mail.example.com>'"
    also = (
        """MID 257 Message-ID "<o'hara.7@mail.example.com>\"""",
        "MID 1 Message-ID Message-ID-Content",
    )
    sentence = "Message {mid} contains message ID header '{message_id}'."

    mid: Integer
    message_id: Quoted


class SubjectHeader(Event):
    """The Subject header of a message, RFC 2047 words undecoded; null where a bare one is empty.

    Source: ESA user guide, Logging; real lines have it in single quotes, in double quotes or bare.
    """

    sample = "MID 256 Subject 'Invoice due on Friday'"
    also = (
        'MID 14 Subject "Testing"',
        r"MID 204841507 Subject Re: [case: #4711] FW: EXAMPLE TRADING\r\n (PTY) LTD | Offer",
        "MID 12 Subject",
    )
    sentence = "Message {mid} original subject on injection:[[ {subject}]]"

    mid: Integer
    subject: Quoted | None = None


class MessageReady(Event):
    """The message is received and lies on disk; from here on the appliance answers for it.

    Source: ESA user guide, Logging.
    """

    sample = "MID 26983 ready 14453 bytes from <alice@example.com>"
    also = ("MID 14 ready 280 bytes from alice@example.com",)
    sentence = "Message {mid} ({size_bytes} bytes) from {sender} ready."

    mid: Integer
    size_bytes: Integer
    sender: Address


class EnvelopeSummary(Event):
    """The envelope of a message that the appliance made itself: the sender, the first recipient, how many there are.

    Source: real lines of AsyncOS 3.8 to 4.6.
    """

    sample = "MID 68615 From: <> To: <alice@example.com>, ... 1 total recipients"

    mid: Integer
    sender: Address
    recipient: Address
    recipient_count: Integer


class IncomingRelayFound(Event):
    """The message came through an incoming relay, and a header names the host that sent it to the relay.

    Source: ESA user guide, "Incoming Relays"; real lines.
    """

    sample = "MID 201434 IncomingRelay(relay-one): Header Received found, IP 192.0.2.108 being used, SBRS 6.8"
    also = (
        "MID 84463820 IncomingRelay(relay-one): Header Received found, ip 192.0.2.108 being used",
        "MID 1632300 IncomingRelay(relay-one): Header X-SourceIP found, IP 192.0.2.108 being used, SBRS 5.2 country United States",
    )

    mid: Integer
    relay: Text
    relay_header: Text
    sender_ip: Ip
    sbrs: Text | None = None
    country: Text | None = None


class IncomingRelayHeaderMissing(Event):
    """The message came through an incoming relay, but has not the header that should name its sending host.

    Source: message templates of AsyncOS.
    """

    sample = "MID 201435 IncomingRelay(relay-one): Header X-SourceIP not found"

    mid: Integer
    relay: Text
    relay_header: Text


class IncomingRelayAddressMissing(Event):
    """The message came through an incoming relay, but the header that should name its sending host has no address.

    Source: message templates of AsyncOS.
    """

    sample = "MID 201436 IncomingRelay(relay-one): Could not find valid IP address in header"

    mid: Integer
    relay: Text


class CharacterSetUnknown(Event):
    """A part of the message is in a character set that the appliance does not know.

    Source: real lines of AsyncOS 4 to 5.
    """

    sample = "MID 198579961 Could not convert character set: 136"

    mid: Integer
    character_set: Text


class ReceivingAborted(Event):
    """The message was never whole: the sender went away, timed out or took it back.

    Source: Cisco TAC note 118295; `Injection aborted` before AsyncOS 4.
    """

    sample = "Message aborted MID 10288257 Receiving aborted by sender"
    also = ("Message aborted MID 1548 Injection aborted", "Message aborted MID 1549 Receiving aborted")
    sentence = "Message {mid} aborted: {reason}"

    mid: Integer
    reason: Text


class MessageFinished(Event):
    """The appliance is through with the message; this follows drops and bounces too, so it is no delivery.

    Source: ESA user guide, Logging; Cisco TAC note 118295.
    """

    sample = "Message finished MID 26983 done"
    also = ("Message finished MID 1548 aborted",)
    hidden = True

    mid: Integer
    outcome: Word
