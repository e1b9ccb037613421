"""What midtrail raises: never because of what a log says, only because of what it was asked to do."""


class MidtrailError(Exception):
    """The root: its text is one line that says what, where, what was expected and what to do."""


class UsageError(MidtrailError):
    """The request itself makes no sense: an unknown time zone, kind, format or option value."""


class SourceError(MidtrailError):
    """A source cannot be read at all: it is missing, is a folder without logs, or may not be opened."""


class GrammarError(MidtrailError):
    """The grammar and the declarations do not fit each other; the text names the rule or the class."""


class ArchiveError(MidtrailError):
    """An archive cannot be read or written: it is none, is damaged, is in use, or a newer version made it."""


class ArchiveWarning(UserWarning):
    """An archive that is not what it was: it can be read, but something of it is gone."""


class CacheWarning(UserWarning):
    """What could be kept for the next start cannot be written: everything works, only slower."""


class EngineWarning(UserWarning):
    """The compiled engine is missing, so Lark reads all that there is: the same events, only slower."""
