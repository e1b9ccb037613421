"""Log-file headers, read by the kernel: most logs are then read without loading Lark at all."""

from functools import lru_cache

from midtrail.engine.kernel import Kernel
from midtrail.engine.single import LeftError, cut
from midtrail.lines import LogfileHeader
from midtrail.parse import HEADERS, GrammarHeaders

_REMEMBERED = 256


class KernelHeaders:
    """What reads the log-file header for the lines room; what the kernel leaves goes to the grammar itself."""

    def __init__(self, engine: Kernel) -> None:
        """Read with this kernel."""
        self._kernel = engine
        self.needles = engine.program.needles
        self.read = lru_cache(_REMEMBERED)(self._read)  # the files of an appliance begin alike

    def _read(self, text: str) -> LogfileHeader | None:
        """Return what a header line tells; None where the line is none."""
        try:
            found = cut(self._kernel, text)
        except LeftError:
            return GrammarHeaders().read(text)
        if found is None or found.kind not in HEADERS:
            return None
        told = found.told
        return LogfileHeader(told.get("version"), told.get("serial"), told.get("offset_seconds"))  # type: ignore[arg-type]  # as declared
