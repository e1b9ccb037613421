"""What a line is when it is no event of the grammar: nothing is lost."""

from typing import ClassVar

from midtrail.events._event import Event
from midtrail.events._fields import Integer, Text


class Blank(Event):
    """A physical line with nothing but white space."""

    ruled: ClassVar[bool] = False


class Continuation(Event):
    """A physical line without framing that goes on with the event before it (a value with a line break)."""

    ruled: ClassVar[bool] = False

    continues: Integer | None = None


class Unrecognised(Event):
    """A line that the grammar does not know.

    It is kept whole. `reached` is how many characters of its text the grammar could read, `nearest` the kind
    that comes nearest, `mid`, `icid` and `dcid` the ids that it names.
    """

    ruled: ClassVar[bool] = False

    mid: Integer | None = None
    icid: Integer | None = None
    dcid: Integer | None = None
    reached: Integer = 0
    nearest: Text | None = None
