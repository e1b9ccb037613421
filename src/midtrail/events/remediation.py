"""Remediation: what is done to a message in the recipients' mailboxes after it was delivered.

Source: Cisco Secure Email Gateway user guide, "Remediating Messages in Mailboxes"; the two lines stand in
mail_logs and in Message Tracking in the same words.
"""

from midtrail.events._event import Event
from midtrail.events._fields import Address, Integer, Text, Word


class RemediationInitiated(Event):
    """A person or a product asked for a remedial action on a message; a batch may hold many messages."""

    sample = "Message 640962 was initiated for 'Forward' remedial action by 'admin' from source 'CTR' in batch '2b46dcac-9b3d-404c-9327-f114fd5d89c7'."
    sentence = "Message {mid} was initiated for '{action}' remedial action by '{initiated_by}' from source '{remediation_source}' in batch '{batch}'."

    mid: Integer
    action: Word
    initiated_by: Text | None = None
    remediation_source: Word | None = None
    batch: Text


class RemediationProcessed(Event):
    """The outcome of a remedial action for one recipient, with the reason where it failed."""

    sample = "Message 640962 was processed with 'Forward' remedial action for recipient 'user@example.com' in batch '2b46dcac-9b3d-404c-9327-f114fd5d89c7'. Remediation status: Remediated."
    also = (
        "Message 640963 was processed with 'Delete' remedial action for recipient 'gone@example.com' in batch '77aa0c1e-1f2b-4d7e-9c1d-0a8f4f0f8b11'. Remediation status: Failed. Reason: Message not found in user mailbox",
    )
    sentence = "Message {mid} was processed with '{action}' remedial action for recipient '{recipient}' in batch '{batch}'. Remediation status: {status}.[[ Reason: {reason}]]"

    mid: Integer
    action: Word
    recipient: Address
    batch: Text
    status: Word
    reason: Text | None = None
