"""Data loss prevention: what outgoing messages may not hold.

Source: ESA user guide, "Data Loss Prevention" and "Logging"; real lines of AsyncOS 10 to 14.
"""

from midtrail.events._event import Event
from midtrail.events._fields import Integer, Text, Word


class DlpViolation(Event):
    """The message breaks a policy, with the severity, the risk factor (0 to 100) and the policy's name."""

    sample = "MID 640962 DLP violation. Severity: LOW (Risk Factor: 15). DLP policy match: 'PCI-DSS (Payment Card Industry Data Security Standard)'."
    also = (
        "MID 640962 DLP violation",
        'MID 640962 DLP violation. Severity: HIGH (Risk Factor: 80). DLP policy match: "Partner\'s Secrets".',
    )

    mid: Integer
    severity: Word | None = None
    risk_factor: Integer | None = None
    policy: Text | None = None


class DlpNoViolation(Event):
    """The message breaks no policy."""

    sample = "MID 640962 DLP no violation"

    mid: Integer
