"""The declarations: one small frozen dataclass a kind of line, and nothing that reads or writes."""

from midtrail.events._event import Event, Field
from midtrail.events._fields import FieldType, Pair
from midtrail.events._meanings import MEANINGS
from midtrail.events._registry import all_kinds, family_of

__all__ = ["MEANINGS", "Event", "Field", "FieldType", "Pair", "all_kinds", "family_of"]
