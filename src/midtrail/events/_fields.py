"""The types that a field may have: a Python type for people, a `FieldType` for the grammar and for Arrow.

A declaration annotates each field with one of these names; how a type is read from a line and printed back
stands in `midtrail.grammar.codecs`, its Arrow type in `midtrail.tables.schemas`.
"""

from datetime import datetime
from enum import Enum
from typing import Annotated, NamedTuple


class FieldType(Enum):
    """What a field holds, and so how it is read, printed and stored."""

    INTEGER = "integer"  # int64
    FLOAT = "float"  # float64
    TEXT = "text"  # as logged
    WORD = "word"  # one of few words (verdicts, actions): dictionary-encoded in tables
    QUOTED = "quoted"  # Python's repr() of a text, or bare
    ADDRESS = "address"  # <mail address>, or bare; `<>` is the empty text
    IP = "ip"  # checked; null where it is no IP address
    YES_NO = "yes_no"  # yes or no
    TRUE_FALSE = "true_false"  # True or False
    FLAG = "flag"  # true where its literal stands in the line
    TIME = "time"  # Wed May 26 14:58:26 2004 in the appliance's clock; an instant in UTC
    RIDS = "rids"  # [0, 1, 2]
    TEXTS = "texts"  # a, b, c
    QUOTED_TEXTS = "quoted_texts"  # 'a', 'b'
    QUOTED_LIST = "quoted_list"  # ['a', 'b']
    PAIRS = "pairs"  # [('name', 'value'), ...]
    COUNTERS = "counters"  # Name 1 Name 2


class Pair(NamedTuple):
    """A name and its value, such as a logged header."""

    name: str
    value: str


Integer = Annotated[int, FieldType.INTEGER]
Float = Annotated[float, FieldType.FLOAT]
Text = Annotated[str, FieldType.TEXT]
Word = Annotated[str, FieldType.WORD]
Quoted = Annotated[str, FieldType.QUOTED]
Address = Annotated[str, FieldType.ADDRESS]
Ip = Annotated[str | None, FieldType.IP]
YesNo = Annotated[bool, FieldType.YES_NO]
TrueFalse = Annotated[bool, FieldType.TRUE_FALSE]
Flag = Annotated[bool, FieldType.FLAG]
Time = Annotated[datetime | None, FieldType.TIME]
Rids = Annotated[tuple[int, ...], FieldType.RIDS]
Texts = Annotated[tuple[str, ...], FieldType.TEXTS]
QuotedTexts = Annotated[tuple[str, ...], FieldType.QUOTED_TEXTS]
QuotedList = Annotated[tuple[str, ...], FieldType.QUOTED_LIST]
Pairs = Annotated[tuple[Pair, ...], FieldType.PAIRS]
Counters = Annotated[tuple[Pair, ...], FieldType.COUNTERS]
