"""Made-up mail_logs with the truth beside them: an appliance that knows what it did, and the comparison."""

from midtrail.simulate.compare import FACTS, RECIPIENT_FACTS, Comparison, Example, compare, read_truth
from midtrail.simulate.disturb import Order, laid_out, shuffled, without_head
from midtrail.simulate.files import Framing
from midtrail.simulate.world import LOGS, TRUTH, Plan, Written, write

__all__ = [
    "FACTS",
    "LOGS",
    "RECIPIENT_FACTS",
    "TRUTH",
    "Comparison",
    "Example",
    "Framing",
    "Order",
    "Plan",
    "Written",
    "compare",
    "laid_out",
    "read_truth",
    "shuffled",
    "without_head",
    "write",
]
