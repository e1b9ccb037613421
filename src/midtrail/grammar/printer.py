"""The grammar run backwards: kind, wording and fields give the line's text again, byte for byte."""

from midtrail.events import Event, FieldType
from midtrail.grammar import binding
from midtrail.grammar.binding import LEADING, TRAILING, Part
from midtrail.grammar.codecs import print_time


def body(event: Event) -> str:
    """Return the text of the event's line, after framing and level."""
    wordings = binding.load().wordings.get(event.kind)
    kept = dict(event.kept)
    if wordings is None:
        return kept.get("text", "")
    middle = "".join(_printed(part, event, kept) for part in wordings[event.variant].parts)
    return kept.get(LEADING, "") + middle + kept.get(TRAILING, "")


def _printed(part: Part, event: Event, kept: dict[str, str]) -> str:
    if part.literal is not None:
        return part.literal
    name = part.field or ""
    if name in kept:
        return kept[name]
    value = getattr(event, name)
    if {field.name: field.type for field in event.declared()}[name] is FieldType.TIME:
        return print_time(value, event.utc_offset)
    return part.codec.print(value) if part.codec else ""
