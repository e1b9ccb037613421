"""Log-file headers, read by the kernel: most logs are then read without loading Lark at all."""

from functools import lru_cache

import numpy as np

from midtrail.engine.kernel import LEFT, READ, SLACK, Kernel
from midtrail.engine.program import INTEGER
from midtrail.events import all_kinds
from midtrail.lines import LogfileHeader
from midtrail.native import address
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
        data = np.frombuffer(text.encode("utf-8", "surrogateescape") + bytes(SLACK), np.uint8)
        bounds = np.array([0, len(data) - SLACK], np.int64)
        cut = self._kernel.match(address(data), bounds[:1], bounds[1:], np.full(1, READ, np.int32))
        wording = int(cut.wordings[0])
        if wording == LEFT:
            return GrammarHeaders().read(text)
        program = self._kernel.program
        kind = program.names[program.kind_of[wording]] if wording >= 0 else ""
        if kind not in HEADERS:
            return None
        told: dict[str, int | str] = {}
        first = int(program.kinds[program.names.index(kind)][0])
        for slot, field in enumerate(all_kinds()[kind].declared()):
            place = int(program.places[program.places_at[wording] + slot])
            if place >= 0 and program.types[first + slot] == INTEGER:
                told[field.name] = cut.value(0, place)
            elif place >= 0:
                start, end = cut.bounds(0, place)
                told[field.name] = data[start:end].tobytes().decode()
        return LogfileHeader(told.get("version"), told.get("serial"), told.get("offset_seconds"))  # type: ignore[arg-type]  # as declared
