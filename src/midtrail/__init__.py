"""midtrail reads the mail_logs of Cisco's Email Security Appliance and tells what became of every message.

    import midtrail as mt

    log = mt.read("mail_logs/")
    log.messages().to_pandas()
    log.message(640962)

Importing it loads neither pandas nor DuckDB nor the grammar; each is loaded when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from midtrail.archive import archive
    from midtrail.engine import read_batches
    from midtrail.errors import ArchiveError, GrammarError, MidtrailError, SourceError, UsageError
    from midtrail.events import Event
    from midtrail.log import Log, read
    from midtrail.parse import parse_line

__version__: str
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
    if name == "__version__":
        return _version()
    if name not in _HOMES:
        raise AttributeError(f"module 'midtrail' has no attribute {name!r}")
    value = getattr(import_module(f"midtrail.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def _version() -> str:
    from importlib.metadata import version  # noqa: PLC0415 - it loads what reads mails, and all that for a number

    return version("midtrail")


def __dir__() -> list[str]:
    """Return the public names."""
    return __all__
