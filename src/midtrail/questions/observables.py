"""The fields that a search may name, in the words of its help; nothing else is loaded for that."""

FIELDS = {
    "ip": "host that sent it, or that took a copy; or 192.0.2.0/24",
    "domain": "of sender or recipient, of the sending host, of a URL",
    "email": "sender or any recipient; without @ a domain",
    "sender": "envelope sender, likewise; <> is the empty one",
    "recipient": "any recipient, likewise",
    "email_subject": "subject, as a person reads it",
    "email_messageid": "Message-ID, with or without <>",
    "cisco_mid": "any MID of the message",
    "file_name": "name of an attachment",
    "sha256": "SHA-256 of an attachment, where the log tells it",
    "url": "URL in the message, where the log tells it",
    "verdict": 'MALWARE of any engine, "amp MALWARE" of one, as logged',
    "state": "Last State of the message",
    "policy": "per-recipient policy",
    "batch": "remediation batch",
    "host": "appliance",
    "since": "began at this time or later, as for --since",
    "until": "began before",
}
"""Each field and what it is about."""
