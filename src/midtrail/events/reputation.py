"""Reputation: of the senders' domains (SDR), of URLs in the message, and external threat feeds.

Source: ESA user guide, "Sender Domain Reputation Filtering", "Protecting Against Malicious or Undesirable URLs",
"Configuring Email Gateway to Consume External Threat Feeds"; real lines of AsyncOS 12 to 15.
"""

from midtrail.events._event import Event
from midtrail.events._fields import Float, Integer, Quoted, Text, Word


class SdrRequested(Event):
    """The domains whose reputation is asked for; `Not Present` where the message has none.

    Logged twice a message: after the envelope sender and after the header.
    """

    sample = "MID 640962 SDR: Domains for which SDR is requested: reverse DNS host: mail.example.com, helo: mail.example.com, env-from: example.com, header-from: Not Present, reply-to: Not Present"
    also = (
        "MID 640962 SDR: Domains for which SDR is requested: reverse DNS host: Not Present, helo: mail.example.com, env-from: example.com, header-from: example.net",
    )
    sentence = "Message {mid} Domains for which SDR is requested: reverse DNS host: {reverse_dns}, helo: {helo}, env-from: {env_from}[[, header_from: {header_from}]][[, reply_to: {reply_to}]]"

    mid: Integer
    reverse_dns: Text
    helo: Text
    env_from: Text
    header_from: Text | None = None
    reply_to: Text | None = None


class SdrVerdict(Event):
    """What the reputation service says of the sender's domains.

    `sender_threat_level` and `sender_maturity` since AsyncOS 14.2 (Untrusted, Questionable, Neutral, Favorable,
    Trusted, Unknown), `sender_reputation` and `domain_age` before (Awful, Poor, Tainted, Weak, Unknown, Neutral,
    Good).
    """

    sample = "MID 640962 SDR: Consolidated Sender Threat Level: Neutral, Threat Category: N/A, Suspected Domain(s) : N/A (other reasons for verdict). Sender Maturity: 30 days (or greater) for domain: mail.example.com"
    also = (
        "MID 640962 SDR: Consolidated Sender Reputation: Neutral, Threat Category: N/A. Youngest Domain Age: 12 years 9 months 25 days for domain: mail.example.com",
        "MID 640962 SDR: Consolidated Sender Reputation: Awful, Threat Category: Spam, Suspected Domain(s) : example.net, example.org. Youngest Domain Age: 4 days for domain: example.net",
    )
    sentence = "Message {mid}[[ Consolidated Sender Threat Level: {sender_threat_level}]][[ Consolidated Sender Reputation: {sender_reputation}]], Threat Category: {category}[[, Suspected Domain(s) : {suspected_domains}]][[ ({reason})]].[[ Sender Maturity: {sender_maturity}]][[ Youngest Domain Age: {domain_age}]] for domain: {domain}"

    mid: Integer
    sender_threat_level: Word | None = None
    sender_reputation: Word | None = None
    category: Text
    suspected_domains: Text | None = None
    reason: Text | None = None
    sender_maturity: Text | None = None
    domain_age: Text | None = None
    domain: Text


class SdrNotScanned(Event):
    """The reputation of the sender's domains was not asked for, or not given, with the reason."""

    sample = "MID 640962 SDR: Message was not scanned for Sender Domain Reputation. Reason: Disabled at Mail Flow Policy"
    also = (
        "MID 640962 SDR: Message was not scanned for Sender Domain Reputation. Reason: Service Temporarily Unavailable.",
    )
    sentence = "Message {mid} not evaluated for Sender Domain Reputation. Reason: {reason}"

    mid: Integer
    reason: Text


class SdrTracker(Event):
    """The tracker header of the reputation service: an opaque token by which Cisco finds the request again."""

    sample = "MID 640962 SDR: Tracker Header : 64f87aec_N/6TpU9YN1dsVJ3pDujDlS+RmDQQrvukNy6A4SuBgUlLDQ=="

    mid: Integer
    tracker: Text


class UrlReputation(Event):
    """A URL of the message matched a condition or an action of a filter by its reputation score (-10 to 10).

    `score` is null where the service gave none; `attachment` is the file that holds the URL, if one does.
    """

    sample = "MID 640962 URL http://shop.example.net/offer has reputation -8.5 matched Condition: URL Reputation Rule"
    also = (
        "MID 640962 URL http://shop.example.net/offer has reputation -8.5 matched Action: URL redirected to Cisco Security proxy",
        "MID 640962 URL shop.example.net/offer has reputation no score matched Action: URL defanged",
        "MID 640962 Attachment offer list.txt URL http://shop.example.net/offer has reputation -8.5 matched Action: Attachment stripped",
    )
    sentence = "Message {mid}[[ Attachment {attachment}]] URL: {url} [[, URL reputation: {score}]][[, Condition: {condition}]][[, Action: {url_action}]]."

    mid: Integer
    attachment: Quoted | None = None
    url: Text
    score: Float | None = None
    condition: Text | None = None
    url_action: Text | None = None


class UrlCategory(Event):
    """A URL of the message matched a condition or an action of a filter by its category.

    Source: ESA user guide; the wording `matched category` from a Cisco community note on AsyncOS 13.
    """

    sample = (
        "MID 640962 URL http://casino.example.net/ has category Gambling matched Condition: URL Category Rule"
    )
    also = (
        "MID 640962 URL http://casino.example.net/ has category Gambling matched Action: URL defanged",
        "MID 640962 URL casino.example.net  matched category Online Games Condition: URL Category Rule",
        "MID 640962 URL casino.example.net matched category Gambling Action: URL defanged",
        "MID 640962 Attachment offers.txt URL http://casino.example.net/ has category Gambling matched Action: Attachment stripped",
        "MID 640962 Attachment offers.txt URL casino.example.net  matched category Gambling Condition: URL Category Rule",
    )

    mid: Integer
    attachment: Quoted | None = None
    url: Text
    category: Text
    condition: Text | None = None
    url_action: Text | None = None


class UrlRewritten(Event):
    """A URL of the message was replaced, so that a click goes through Cisco's proxy.

    Source: the same text in Message Tracking's URL details.
    """

    sample = "MID 640962 rewritten URL u'http://shop.example.net/offer'"
    also = (
        'MID 640962 rewritten URL u"http://shop.example.net/o\'clock"',
        "MID 640962 rewritten URL 'http://shop.example.net/offer'",
    )
    sentence = "Message {mid} rewritten URL u'{url}'."

    mid: Integer
    url: Text


class ThreatFeedMatch(Event):
    """An external threat feed knows a domain, URL or file hash of the message as malicious.

    `attachment` is the file with this hash. Source: ESA user guide; log patterns in public tests of AsyncOS 12
    to 14.
    """

    sample = "MID 640962 Threat feeds source 'partner_taxii' detected malicious domain: 'shop.example.net' in: Friendly From"
    also = (
        "MID 640962 Threat Feeds source 'partner_taxii' detected malicious URL: 'http://shop.example.net/' in: message body",
        "MID 640962 Threat feeds source 'partner_taxii' detected malicious URL: 'http://shop.example.net/' in message body. Action: URL defanged",
        "MID 640962 Threat feeds source 'partner_taxii' detected malicious URL: 'http://shop.example.net/' in message body. Condition: URL External Threat Feeds Rule",
        "MID 640962 Threat feeds source 'partner_taxii' detected malicious file with MD5: '5d41402abc4b2a76b9719d911017c592', filename: Offer, May.docx. Condition: File Hash External Threat Feeds Rule",
        "MID 640962 Threat feeds source 'partner_taxii' detected malicious domain: 'shop.example.net'",
    )

    mid: Integer
    feed: Text
    indicator_type: Text
    indicator: Text
    found_in: Text | None = None
    attachment: Quoted | None = None
    condition: Text | None = None
    url_action: Text | None = None


class HeadersEnqueuedForForwarding(Event):
    """The headers of the message wait to be sent to a cloud service that looks for phishing.

    Source: log patterns in public tests of AsyncOS 13 and 14.
    """

    sample = (
        "MID 640962 mail headers enqueued for forwarding to Cisco Advanced Phishing Protection Cloud Service"
    )

    mid: Integer
    service: Text
