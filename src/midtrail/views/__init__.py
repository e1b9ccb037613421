"""What a person looks at: the Message Tracking page, and the table of messages."""

from typing import TYPE_CHECKING

from midtrail.lazily import names_of

if TYPE_CHECKING:
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

__getattr__ = names_of(
    __name__,
    {
        "Clock": "clock",
        "MessageView": "message",
        "message_views": "message",
        "messages_dicts": "message",
        "plain": "_rows",
        "print_batches": "batches",
        "print_gaps": "gaps",
        "print_table": "table",
        "table_lines": "table",
        "told_dicts": "message",
        "told_views": "message",
    },
)
