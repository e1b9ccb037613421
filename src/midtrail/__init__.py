"""midtrail reads the mail_logs of Cisco's Email Security Appliance and tells what became of every message.

    import midtrail as mt

    log = mt.read("mail_logs/")
    log.messages().to_pandas()
    log.message(640962)

Importing it loads neither pandas nor DuckDB nor the grammar; each is loaded when it is first used.
"""

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from midtrail import archive
    from midtrail.engine import read_batches
    from midtrail.errors import ArchiveError, GrammarError, MidtrailError, SourceError, UsageError
    from midtrail.events import Event
    from midtrail.log import Log, read
    from midtrail.parse import parse_line

__version__ = version("midtrail")
__all__ = [
    "ArchiveError",
    "Event",
    "GrammarError",
    "Log",
    "MidtrailError",
    "SourceError",
    "UsageError",
    "__version__",
    "archive",
    "parse_line",
    "read",
    "read_batches",
]

_HOMES = {
    "ArchiveError": "errors",
    "Event": "events",
    "GrammarError": "errors",
    "Log": "log",
    "MidtrailError": "errors",
    "SourceError": "errors",
    "UsageError": "errors",
    "parse_line": "parse",
    "read": "log",
    "read_batches": "engine",
}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used."""
    if name == "archive":
        return import_module("midtrail.archive")  # a module that can be called
    if name not in _HOMES:
        raise AttributeError(f"module 'midtrail' has no attribute {name!r}")
    value = getattr(import_module(f"midtrail.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names."""
    return __all__
