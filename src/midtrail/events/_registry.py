"""All declarations, found by looking: a new file in this folder or a new class in a file is enough."""

import importlib
import pkgutil
from functools import cache
from types import MappingProxyType

from midtrail.events._event import Event


@cache
def all_kinds() -> MappingProxyType[str, type[Event]]:
    """Return every kind and its declaration, by family and in the order in which they are declared."""
    package = importlib.import_module("midtrail.events")
    for module in pkgutil.iter_modules(package.__path__):
        if not module.name.startswith("_"):
            importlib.import_module(f"midtrail.events.{module.name}")
    return MappingProxyType({cls.kind: cls for cls in sorted(Event.__subclasses__(), key=family_of)})


def family_of(declaration: type[Event]) -> str:
    """Return the name that the kind's files share: its grammar, declaration, test and sample log."""
    return declaration.__module__.rpartition(".")[2]
