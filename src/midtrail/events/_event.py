"""The base of every declaration: a kind of line is one small class, and everything else is computed from it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib import import_module
from threading import Lock
from typing import (
    Annotated,
    Any,
    ClassVar,
    NamedTuple,
    Self,
    Union,
    dataclass_transform,
    get_args,
    get_origin,
)

from midtrail.events._fields import FieldType

_WRITING = Lock()
_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


class Field(NamedTuple):
    """One field of a kind: its name, its type, and whether a line of the kind may leave it out."""

    name: str
    type: FieldType
    optional: bool


@dataclass_transform(frozen_default=True, kw_only_default=True)
@dataclass(frozen=True, kw_only=True)
class Event:
    """One line of the log, typed.

    A subclass is a frozen dataclass whose fields are the fields of the line; its snake_case name is the
    kind. `time` is an instant in UTC, null where the line tells none. `variant` says which wording of the
    rule the line has (from 0), `kept` holds the few raw texts that the fields alone would not give back.
    """

    kind: ClassVar[str] = "event"
    sample: ClassVar[str] = ""
    """A line's text as the appliance writes it."""
    also: ClassVar[tuple[str, ...]] = ()
    """Other wordings of the same thing."""
    sentence: ClassVar[str | None] = None
    """Message Tracking's sentence; `{field}` stands for a field, `[[...]]` falls away where one is null."""
    hidden: ClassVar[bool] = False
    """Whether Message Tracking leaves the line out."""
    ruled: ClassVar[bool] = True
    """Whether the grammar has a rule for the kind."""
    _is_written: ClassVar[bool] = True
    """Stands in a class of its own from when it is a whole dataclass on."""
    printer: "ClassVar[Callable[[Event], str] | None]" = None

    time: datetime | None = field(default=None, compare=False)
    level: str | None = field(default=None, compare=False)
    host: str | None = field(default=None, compare=False)
    variant: int = field(default=0, repr=False, compare=False)
    kept: tuple[tuple[str, str], ...] = field(default=(), repr=False, compare=False)
    utc_offset: int = field(default=0, repr=False, compare=False)

    def __init_subclass__(cls) -> None:
        """Name the subclass's kind; it is made a frozen dataclass when its first event is."""
        super().__init_subclass__()
        cls.kind = _CAPITAL.sub("_", cls.__name__).lower()

    def __new__(cls, **_fields: Any) -> Self:
        """Make an event; what dataclasses write for a class is written first, where it is not yet.

        Of more than 200 kinds a process meets few: written for all at once, that takes a quarter of a second.
        """
        if "_is_written" not in cls.__dict__:
            cls._write()
        return super().__new__(cls)

    @classmethod
    def _write(cls) -> None:
        """Make the class a dataclass, once, whichever thread comes first."""
        with _WRITING:
            if "_is_written" not in cls.__dict__:
                dataclass(frozen=True, kw_only=True)(cls)
                cls._is_written = True

    @classmethod
    @cache
    def declared(cls) -> tuple[Field, ...]:
        """Return the fields that the kind declares, in the order of the declaration."""
        bases = [base for base in reversed(cls.__mro__) if issubclass(base, Event) and base is not Event]
        hints = {name: hint for base in bases for name, hint in base.__annotations__.items()}
        return tuple(_field(name, hint) for name, hint in hints.items() if get_origin(hint) is not ClassVar)

    def values(self) -> dict[str, Any]:
        """Return the declared fields and their values."""
        return {f.name: getattr(self, f.name) for f in self.declared()}

    def body(self) -> str:
        """Return the line's text after framing and level, byte for byte (surrogateescape for other bytes)."""
        if Event.printer is None:
            import_module("midtrail.grammar")  # which lies above this room, and hands its printer down
        assert Event.printer is not None  # noqa: S101 - set by that import
        return Event.printer(self)


def _field(name: str, hint: Any) -> Field:
    kind = _field_type(hint)
    if kind is None:
        raise TypeError(f"field {name!r}: its annotation {hint!r} is none of midtrail.events' field types")
    optional = get_origin(hint) is not Annotated and type(None) in get_args(hint)
    return Field(name, kind, optional or kind is FieldType.FLAG)


def _field_type(hint: Any) -> FieldType | None:
    for part in _parts(hint):
        if isinstance(part, FieldType):
            return part
    return None


def _parts(hint: Any) -> Iterator[Any]:
    if get_origin(hint) is Annotated:
        yield from get_args(hint)[1:]
    elif get_origin(hint) is Union or get_origin(hint) is not None:
        for arg in get_args(hint):
            yield from _parts(arg)
    elif hasattr(hint, "__args__"):
        for arg in hint.__args__:
            yield from _parts(arg)
