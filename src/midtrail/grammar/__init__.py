"""The grammar, bound to the declarations: parse a line, print it back, explain why it was not recognised."""

from midtrail.events import Event
from midtrail.grammar import printer

Event.printer = staticmethod(printer.body)
