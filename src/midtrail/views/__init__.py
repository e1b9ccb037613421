"""What a person looks at: the Message Tracking page, and the table of messages."""

from midtrail.views._rows import plain
from midtrail.views.batches import print_batches
from midtrail.views.clock import Clock
from midtrail.views.gaps import print_gaps
from midtrail.views.message import MessageView, message_views, messages_dicts, told_dicts, told_views
from midtrail.views.table import print_table, table_lines

__all__ = [
    "Clock",
    "MessageView",
    "message_views",
    "messages_dicts",
    "plain",
    "print_batches",
    "print_gaps",
    "print_table",
    "table_lines",
    "told_dicts",
    "told_views",
]
