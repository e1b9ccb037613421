"""The directory: what LDAP queries, alias tables, masquerading and global unsubscribe made of addresses.

Source: ESA user guide, "LDAP Queries" and "Configuring Routing and Delivery Features"; real lines and
message templates of AsyncOS 3.8 to 7.6. Lines before AsyncOS 4.5 name no MID.
"""

from midtrail.events._event import Event
from midtrail.events._fields import Address, Integer, Pairs, Quoted, QuotedList, Text, Word


class LdapRecipientAccepted(Event):
    """The directory knows the recipient.

    Source: message templates of AsyncOS.
    """

    sample = "LDAP: Accepted query Corp.accept address bob@example.com"
    also = (
        "LDAP: Accepted query Corp.accept MID 718417 RID 2 address bob@example.com",
        "LDAP Accepted: query Corp.accept address bob@example.com",
    )

    mid: Integer | None = None
    rid: Integer | None = None
    ldap_query: Text
    recipient: Address


class LdapRecipientBounced(Event):
    """The directory does not know the recipient, who is bounced; this is found while the message waits in the work queue.

    Source: real lines.
    """

    sample = "LDAP: Bounce query Corp.accept MID 718417 RID 2 address nobody@example.com"

    mid: Integer | None = None
    rid: Integer | None = None
    ldap_query: Text
    recipient: Address


class LdapRecipientDropped(Event):
    """The directory does not know the recipient, who is dropped; this is found while the message waits in the work queue.

    Source: real lines.
    """

    sample = "LDAP: Drop query Corp.accept MID 349817 RID 1 address nobody@example.com"

    mid: Integer | None = None
    rid: Integer | None = None
    ldap_query: Text
    recipient: Address


class LdapRerouted(Event):
    """The directory names other addresses for a recipient; `routes` are the addresses and their mail hosts, if any.

    Source: real lines.
    """

    sample = "LDAP: Reroute query Corp.routing MID 349826 RID 0 address bob@example.com to [('bob@mail.example.com', 'smtp7.example.com')]"
    also = (
        "LDAP: Reroute query Chain MID 38637862 RID 0 address bob@example.com to [('b42754@example.org', '')]",
        "LDAP Reroute: query Corp.routing address bob@example.com to [('bob@mail.example.com', 'smtp7.example.com')]",
    )

    mid: Integer | None = None
    rid: Integer | None = None
    ldap_query: Text
    recipient: Address
    routes: Pairs


class LdapMailhostFound(Event):
    """The directory names another mail host for a recipient, whose address stays.

    Source: real lines and message templates of AsyncOS.
    """

    sample = "LDAP: Mailhost query Corp.routing address bob@example.com to smtp7.example.com"
    also = ("LDAP Mailhost: query unknown address bob@example.com to smtp7.example.com",)

    mid: Integer | None = None
    rid: Integer | None = None
    ldap_query: Text
    recipient: Address
    mailhost: Text


class LdapMasqueraded(Event):
    """The directory names another address for one that the message shows.

    Source: real lines and message templates of AsyncOS.
    """

    sample = "LDAP: Masquerade query Corp.masquerade address BOB@desk.example.com to Bob.Smith@example.com"
    also = ("LDAP Masquerade: query Corp.masquerade address BOB@desk.example.com to Bob.Smith@example.com",)

    mid: Integer | None = None
    rid: Integer | None = None
    ldap_query: Text
    address: Address
    new_address: Address


class LdapGroupMatched(Event):
    """A group query was asked for an address, and answered.

    Source: message templates of AsyncOS.
    """

    sample = "LDAP: Group query Corp.group address bob@example.com"

    mid: Integer | None = None
    rid: Integer | None = None
    ldap_query: Text
    address: Address


class LdapNotMatched(Event):
    """The directory has no answer for an address.

    Source: message templates of AsyncOS.
    """

    sample = "LDAP: No Match query Corp.routing address bob@example.com"

    mid: Integer | None = None
    rid: Integer | None = None
    ldap_query: Text
    address: Address


class LdapRequeued(Event):
    """The directory could not be asked, and the message waits for another try.

    Source: real lines.
    """

    sample = "LDAP: unable to process, MID 4069647 requeued"

    mid: Integer


class LdapFailed(Event):
    """The directory could not be asked, and all recipients of the message are bounced.

    Source: message templates of AsyncOS.
    """

    sample = "LDAP: unable to process, MID 4069647 bouncing recipients"

    mid: Integer


class AliasMatched(Event):
    """An alias table names other addresses for a recipient.

    Source: real lines and message templates of AsyncOS; AsyncOS 3.8 names no MID.
    """

    sample = "Alias match: MID 718420 RID 0 recipient sales@example.com mapped to ['bob@example.com', 'carol@example.com']"
    also = ("Alias match: recipient sales@example.com mapped to ['bob@example.com']",)

    mid: Integer | None = None
    rid: Integer | None = None
    recipient: Address
    aliases: QuotedList


class GlobalUnsubscribeMatched(Event):
    """A recipient stands in the global unsubscribe list, and the message is dropped or bounced for them.

    Source: ESA user guide, "Using Global Unsubscribe"; real lines.
    """

    sample = "MID 85 Global unsubscribe matched entry bob@ RID 0 Address bob@example.com Action bounced"
    also = ("Global unsubscribe matched entry @example.com MID: 5542748 RID: 0 Address: bob@example.com",)

    mid: Integer
    rid: Integer
    unsubscribe_entry: Text
    recipient: Address
    action: Word | None = None


class EnvelopeSenderMasqueraded(Event):
    """The envelope sender was replaced.

    Source: ESA user guide, "Configuring Masquerading"; real lines.
    """

    sample = "MID 1 masquerading envelope sender from 'BOB' to 'bob@example.com'"

    mid: Integer
    old_sender: Quoted
    new_sender: Quoted


class HeaderMasqueraded(Event):
    """The addresses of a header were replaced; a folded header goes on in lines of its own.

    Where the line breaks within the old value, `new_value` is null; what is broken off begins with its quote.
    Source: ESA user guide, "Configuring Masquerading"; real lines.
    """

    sample = "MID 1 masquerading header 'To' from 'CAROL' to 'carol@example.com'"
    also = ("MID 20332097 masquerading header 'Cc' from '<bob@desk.example.com>,",)

    mid: Integer
    header: Quoted
    old_value: Quoted
    new_value: Quoted | None = None


class LdapGroupQueryFailed(Event):
    """A group query of a filter failed; the filter takes the address for no member of the group.

    Source: ESA user guide, "System Administration", the alerts.
    """

    sample = "LDAP: Failed group query Corp.group, comparison in filter will evaluate as false"

    ldap_query: Text


class LdapPolicyQueryFailed(Event):
    """A group query failed while the mail policy of each recipient was looked up.

    Source: ESA user guide, "System Administration", the alerts.
    """

    sample = "LDAP group query failure during per-recipient scanning, possible LDAP misconfiguration or unreachable server."
    also = ("LDAP group query failure during per-recipient scanning",)

    detail: Text | None = None


class LdapQueryFailed(Event):
    """A query failed on all servers while a message waited in the work queue.

    Source: ESA user guide, "System Administration", the alerts.
    """

    sample = "LDAP: work queue processing error in Corp.accept reason timeout"

    ldap_query: Text
    reason: Text
