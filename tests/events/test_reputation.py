"""The reputation family: every wording, every field."""

WORDINGS: list[tuple[str, str, dict[str, object]]] = [
    (
        "MID 640962 SDR: Domains for which SDR is requested: reverse DNS host: mail.example.com, helo: smtp.example.com, env-from: example.com, header-from: Not Present, reply-to: Not Present",
        "sdr_requested",
        {
            "mid": 640962,
            "reverse_dns": "mail.example.com",
            "helo": "smtp.example.com",
            "env_from": "example.com",
            "header_from": "Not Present",
            "reply_to": "Not Present",
        },
    ),
    (
        "MID 640962 SDR: Domains for which SDR is requested: reverse DNS host: Not Present, helo: [192.0.2.7], env-from: example.com, header-from: example.net",
        "sdr_requested",
        {
            "mid": 640962,
            "reverse_dns": "Not Present",
            "helo": "[192.0.2.7]",
            "env_from": "example.com",
            "header_from": "example.net",
        },
    ),
    (
        "MID 640962 SDR: Domains for which SDR is requested: reverse DNS host: mail.example.com, helo: smtp.example.com, env-from: example.com",
        "sdr_requested",
        {
            "mid": 640962,
            "reverse_dns": "mail.example.com",
            "helo": "smtp.example.com",
            "env_from": "example.com",
        },
    ),
    (
        "MID 640962 SDR: Consolidated Sender Threat Level: Neutral, Threat Category: N/A, Suspected Domain(s) : N/A (other reasons for verdict). Sender Maturity: 30 days (or greater) for domain: mail.example.com",
        "sdr_verdict",
        {
            "mid": 640962,
            "sender_threat_level": "Neutral",
            "category": "N/A",
            "suspected_domains": "N/A",
            "reason": "other reasons for verdict",
            "sender_maturity": "30 days (or greater)",
            "domain": "mail.example.com",
        },
    ),
    (
        "MID 640962 SDR: Consolidated Sender Threat Level: Untrusted, Threat Category: Spam, Suspected Domain(s) : example.net, example.org. Sender Maturity: 4 days for domain: example.net",
        "sdr_verdict",
        {
            "mid": 640962,
            "sender_threat_level": "Untrusted",
            "category": "Spam",
            "suspected_domains": "example.net, example.org",
            "sender_maturity": "4 days",
            "domain": "example.net",
        },
    ),
    (
        "MID 640962 SDR: Consolidated Sender Threat Level: Favorable, Threat Category: N/A. Sender Maturity: unknown for domain: N/A",
        "sdr_verdict",
        {
            "mid": 640962,
            "sender_threat_level": "Favorable",
            "category": "N/A",
            "sender_maturity": "unknown",
            "domain": "N/A",
        },
    ),
    (
        "MID 640962 SDR: Consolidated Sender Reputation: Neutral, Threat Category: N/A. Youngest Domain Age: 12 years 9 months 25 days for domain: mail.example.com",
        "sdr_verdict",
        {
            "mid": 640962,
            "sender_reputation": "Neutral",
            "category": "N/A",
            "domain_age": "12 years 9 months 25 days",
            "domain": "mail.example.com",
        },
    ),
    (
        "MID 640962 SDR: Consolidated Sender Reputation: Awful, Threat Category: Spam, Suspected Domain(s) : example.net, example.org. Youngest Domain Age: 4 days for domain: example.net",
        "sdr_verdict",
        {
            "mid": 640962,
            "sender_reputation": "Awful",
            "category": "Spam",
            "suspected_domains": "example.net, example.org",
            "domain_age": "4 days",
            "domain": "example.net",
        },
    ),
    (
        "MID 640962 SDR: Consolidated Sender Reputation: Unknown, Threat Category: N/A. Youngest Domain Age: unknown for domain: N/A",
        "sdr_verdict",
        {
            "mid": 640962,
            "sender_reputation": "Unknown",
            "category": "N/A",
            "domain_age": "unknown",
            "domain": "N/A",
        },
    ),
    (
        "MID 640962 SDR: Message was not scanned for Sender Domain Reputation. Reason: Disabled at Mail Flow Policy",
        "sdr_not_scanned",
        {"mid": 640962, "reason": "Disabled at Mail Flow Policy"},
    ),
    (
        "MID 640962 SDR: Message was not scanned for Sender Domain Reputation. Reason: Service Temporarily Unavailable.",
        "sdr_not_scanned",
        {"mid": 640962, "reason": "Service Temporarily Unavailable"},
    ),
    (
        "MID 640962 SDR: Tracker Header : 64f87aec_N/6TpU9YN1dsVJ3pDujDlS+RmDQQrvukNy6A4SuBgUlLDQ==",
        "sdr_tracker",
        {"mid": 640962, "tracker": "64f87aec_N/6TpU9YN1dsVJ3pDujDlS+RmDQQrvukNy6A4SuBgUlLDQ=="},
    ),
    (
        "MID 640962 URL www.shop.example.net/terms/offer.htm has reputation 5.7 matched Condition: URL Reputation Rule",
        "url_reputation",
        {
            "mid": 640962,
            "url": "www.shop.example.net/terms/offer.htm",
            "score": 5.7,
            "condition": "URL Reputation Rule",
        },
    ),
    (
        "MID 640962 URL http://shop.example.net/offer has reputation -8.5 matched Action: URL redirected to Cisco Security proxy",
        "url_reputation",
        {
            "mid": 640962,
            "url": "http://shop.example.net/offer",
            "score": -8.5,
            "url_action": "URL redirected to Cisco Security proxy",
        },
    ),
    (
        "MID 640962 URL http://shop.example.net/offer has reputation no score matched Action: URL defanged",
        "url_reputation",
        {"mid": 640962, "url": "http://shop.example.net/offer", "url_action": "URL defanged"},
    ),
    (
        "MID 640962 URL http://casino.example.net/ has category Gambling matched Condition: URL Category Rule",
        "url_category",
        {
            "mid": 640962,
            "url": "http://casino.example.net/",
            "category": "Gambling",
            "condition": "URL Category Rule",
        },
    ),
    (
        "MID 640962 URL http://casino.example.net/ has category Lottery and Sweepstakes matched Action: URL defanged",
        "url_category",
        {
            "mid": 640962,
            "url": "http://casino.example.net/",
            "category": "Lottery and Sweepstakes",
            "url_action": "URL defanged",
        },
    ),
    (
        "MID 640962 rewritten URL u'http://shop.example.net/offer'",
        "url_rewritten",
        {"mid": 640962, "url": "http://shop.example.net/offer"},
    ),
    (
        'MID 640962 rewritten URL u"http://shop.example.net/o\'clock"',
        "url_rewritten",
        {"mid": 640962, "url": "http://shop.example.net/o'clock"},
    ),
    (
        "MID 640962 rewritten URL 'http://shop.example.net/offer'",
        "url_rewritten",
        {"mid": 640962, "url": "http://shop.example.net/offer"},
    ),
    (
        "MID 640962 Threat feeds source 'partner_taxii' detected malicious domain: 'shop.example.net' in: Friendly From",
        "threat_feed_match",
        {
            "mid": 640962,
            "feed": "partner_taxii",
            "indicator_type": "domain",
            "indicator": "shop.example.net",
            "found_in": "Friendly From",
        },
    ),
    (
        "MID 640962 Threat Feeds source 'partner_taxii' detected malicious URL: 'http://shop.example.net/' in: message body",
        "threat_feed_match",
        {
            "mid": 640962,
            "feed": "partner_taxii",
            "indicator_type": "URL",
            "indicator": "http://shop.example.net/",
            "found_in": "message body",
        },
    ),
    (
        "MID 640962 URL casino.example.net  matched category Online Games Condition: URL Category Rule",
        "url_category",
        {
            "mid": 640962,
            "url": "casino.example.net",
            "category": "Online Games",
            "condition": "URL Category Rule",
        },
    ),
    (
        "MID 640962 URL http://casino.example.net/x matched category Gambling Action: URL redirected to Cisco Security proxy ",
        "url_category",
        {
            "mid": 640962,
            "url": "http://casino.example.net/x",
            "category": "Gambling",
            "url_action": "URL redirected to Cisco Security proxy",
        },
    ),
    (
        "MID 640962 Attachment offer list.txt URL http://shop.example.net/a has reputation -8.5 matched Action: Attachment stripped",
        "url_reputation",
        {
            "mid": 640962,
            "attachment": "offer list.txt",
            "url": "http://shop.example.net/a",
            "score": -8.5,
            "url_action": "Attachment stripped",
        },
    ),
    (
        "MID 640962 Attachment 'offer URL list.txt' URL http://shop.example.net/a has reputation -6.0 matched Condition: URL Reputation Rule",
        "url_reputation",
        {
            "mid": 640962,
            "attachment": "offer URL list.txt",
            "url": "http://shop.example.net/a",
            "score": -6.0,
            "condition": "URL Reputation Rule",
        },
    ),
    (
        "MID 640962 Attachment offers.txt URL http://casino.example.net/ has category Gambling matched Action: Attachment stripped",
        "url_category",
        {
            "mid": 640962,
            "attachment": "offers.txt",
            "url": "http://casino.example.net/",
            "category": "Gambling",
            "url_action": "Attachment stripped",
        },
    ),
    (
        "MID 640962 Attachment offers.txt URL casino.example.net  matched category Online Games Condition: URL Category Rule",
        "url_category",
        {
            "mid": 640962,
            "attachment": "offers.txt",
            "url": "casino.example.net",
            "category": "Online Games",
            "condition": "URL Category Rule",
        },
    ),
    (
        "MID 640962 Threat feeds source 'partner_taxii' detected malicious URL: 'http://shop.example.net/' in message body. Action: URL defanged",
        "threat_feed_match",
        {
            "mid": 640962,
            "feed": "partner_taxii",
            "indicator_type": "URL",
            "indicator": "http://shop.example.net/",
            "found_in": "message body",
            "url_action": "URL defanged",
        },
    ),
    (
        "MID 640962 Threat feeds source 'partner_taxii' detected malicious URL: 'http://shop.example.net/' in: attachment. Condition: URL External Threat Feeds Rule",
        "threat_feed_match",
        {
            "mid": 640962,
            "feed": "partner_taxii",
            "indicator_type": "URL",
            "indicator": "http://shop.example.net/",
            "found_in": "attachment",
            "condition": "URL External Threat Feeds Rule",
        },
    ),
    (
        "MID 640962 Threat feeds source 'partner_taxii' detected malicious file with SHA-256: '5d41402abc', filename: Offer, May.docx. Condition: File Hash External Threat Feeds Rule",
        "threat_feed_match",
        {
            "mid": 640962,
            "feed": "partner_taxii",
            "indicator_type": "file with SHA-256",
            "indicator": "5d41402abc",
            "attachment": "Offer, May.docx",
            "condition": "File Hash External Threat Feeds Rule",
        },
    ),
    (
        "MID 640962 Threat feeds source 'partner_taxii' detected malicious file with MD5: '5d41402abc', filename: Offer.docx",
        "threat_feed_match",
        {
            "mid": 640962,
            "feed": "partner_taxii",
            "indicator_type": "file with MD5",
            "indicator": "5d41402abc",
            "attachment": "Offer.docx",
        },
    ),
    (
        "MID 640962 Threat feeds source 'partner_taxii' detected malicious domain: 'shop.example.net'. Condition: Domain External Threat Feeds Rule",
        "threat_feed_match",
        {
            "mid": 640962,
            "feed": "partner_taxii",
            "indicator_type": "domain",
            "indicator": "shop.example.net",
            "condition": "Domain External Threat Feeds Rule",
        },
    ),
    (
        "MID 640962 Threat feeds source 'partner_taxii' detected malicious domain: 'shop.example.net'",
        "threat_feed_match",
        {"mid": 640962, "feed": "partner_taxii", "indicator_type": "domain", "indicator": "shop.example.net"},
    ),
    (
        "MID 640962 mail headers enqueued for forwarding to Cisco Advanced Phishing Protection Cloud Service",
        "headers_enqueued_for_forwarding",
        {"mid": 640962, "service": "Cisco Advanced Phishing Protection Cloud Service"},
    ),
    (
        "MID 640962 Threat feeds source 'partner_taxii' detected malicious URL: 'http://a.example/' in message body. Action: x' in message body. Action: URL defanged",
        "threat_feed_match",
        {
            "mid": 640962,
            "feed": "partner_taxii",
            "indicator_type": "URL",
            "indicator": "http://a.example/' in message body. Action: x",
            "found_in": "message body",
            "url_action": "URL defanged",
        },
    ),
]

HOSTILE: list[tuple[str, str, dict[str, object]]] = [
    (
        'MID 640962 SDR: Domains for which SDR is requested: reverse DNS host: mail.example.com, helo: a, b]">, env-from: example.com, header-from: Not Present, reply-to: x, helo: y, env-from: z',
        "sdr_requested",
        {
            "mid": 640962,
            "reverse_dns": "mail.example.com",
            "helo": 'a, b]">',
            "env_from": "example.com",
            "header_from": "Not Present",
            "reply_to": "x, helo: y, env-from: z",
        },
    ),
    (
        'MID 640962 URL http://example.net/?q= has reputation 1.0 matched Condition: x&amp";" has reputation -3.1 matched Condition: URL Reputation Rule',
        "url_reputation",
        {
            "mid": 640962,
            "url": 'http://example.net/?q= has reputation 1.0 matched Condition: x&amp";"',
            "score": -3.1,
            "condition": "URL Reputation Rule",
        },
    ),
    (
        "MID 640962 rewritten URL u'http://example.net/?a='x' b'",
        "url_rewritten",
        {"mid": 640962, "url": "http://example.net/?a='x' b"},
    ),
    (
        "MID 640962 Threat feeds source 'a' detected malicious file hash: 'x' in: y' in: attachment 'z' in: q",
        "threat_feed_match",
        {
            "mid": 640962,
            "feed": "a",
            "indicator_type": "file hash",
            "indicator": "x' in: y' in: attachment 'z",
            "found_in": "q",
        },
    ),
]
