"""Files in, Arrow batches out: by the kernel where there is much to read, else by Lark; the same either way."""

import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from midtrail.engine.batches import Left, arrow_of
from midtrail.engine.chunks import Beginnings, Chunk, Memory
from midtrail.engine.headers import KernelHeaders
from midtrail.engine.kernel import Kernel, kernel
from midtrail.errors import EngineWarning
from midtrail.lines import (
    HeaderReader,
    Problem,
    ReadOptions,
    Source,
    SourceFile,
    Survey,
    find_sources,
    is_large,
    read_spans,
    survey_heads,
)
from midtrail.lines import survey as make_survey
from midtrail.native import lacks
from midtrail.parse import GrammarHeaders, Record, batches, read_records
from midtrail.progress import bar
from midtrail.tables import SPINE_TABLE, Batches, to_arrow

_BATCH_LINES = 65_536
_THREADS = 2
_AHEAD = 2  # chunks that wait, when one is given
_LONG = 1 << 20  # bytes of files, which Lark takes many seconds to read


class Reading(NamedTuple):
    """What is to be read, and whom to tell of it."""

    files: list[SourceFile]
    options: ReadOptions
    survey: Survey
    on_bytes: Callable[[int], None] | None
    problems: list[Problem]
    on_left: Callable[[int], None] | None = None
    clocks: bool = False
    ahead: int = _AHEAD


def read_arrow(
    files: list[SourceFile],
    options: ReadOptions | None = None,
    *,
    survey: Survey | None = None,
    on_bytes: Callable[[int], None] | None = None,
    problems: list[Problem] | None = None,
    on_left: Callable[[int], None] | None = None,
    clocks: bool = False,
    columns: Mapping[str, Sequence[str]] | None = None,
    ahead: int = _AHEAD,
) -> Iterator[Batches]:
    """Yield all lines of the files, in order, as Arrow batches: `spine`, and each kind that occurs.

    Memory stays bounded. Pipes and small files are read by Lark, as everything is where the kernel was not
    built; the batches are the same. `on_bytes` is told of the bytes on disk that were read; what could not be
    read whole is added to `problems`; `on_left` is told, chunk by chunk, how many lines the kernel left to Lark.
    With `clocks` the spine has one column more, `utc_offset`: the seconds east of UTC of the line's clock (int32).
    Of kinds, `columns` names those that are needed, each with its columns, `seq` among them; more may be given.
    So many chunks as `ahead` tells wait, when one is given: fewer take less memory.
    """
    chosen, told = options or ReadOptions(), [] if problems is None else problems
    known = survey or survey_for(files, chosen, told)
    reading = Reading(files, chosen, known, on_bytes, told, on_left, clocks, ahead)
    engine = None if known.streams or not is_large(files) else kernel()
    if engine is None:
        if sum(file.size or 0 for file in files) >= _LONG:
            _tell_why()
        return _by_lark(reading)
    return _by_kernel(engine if columns is None else engine.narrowed(columns), reading)


def read_batches(
    sources: Source | Iterable[Source],
    *,
    tz: str | None = None,
    year: int | None = None,
    host: str | None = None,
    problems: list[Problem] | None = None,
    progress: bool | None = None,
) -> Iterator[Batches]:
    """Yield mail_logs as Arrow batches of bounded size, in order: `spine`, one row a line, and each kind that occurs.

    Takes what `midtrail.read` takes; what could not be read whole is added to `problems`. A batch is a
    dictionary of `pyarrow.RecordBatch`: `spine` with seq, source, line_no, offset, host, time, level, kind, mid,
    icid, dcid, text, and a kind's with seq and its fields. Raises SourceError for what cannot be read at all.
    """
    files = find_sources(sources)
    options = ReadOptions(tz=tz, year=year, host=host)
    with bar(sum(file.size or 0 for file in files), "reading", wanted=progress) as advance:
        yield from read_arrow(files, options, on_bytes=advance, problems=problems)


def survey_for(files: list[SourceFile], options: ReadOptions, problems: list[Problem]) -> Survey:
    """Survey files before they are read: where the kernel reads them, of those that begin with a header only that."""
    survey = survey_heads if is_large(files) and kernel() is not None else make_survey
    return survey(files, options, headers_for(files), problems=problems)


def headers_for(files: list[SourceFile]) -> HeaderReader:
    """Return what reads the headers of these files: the kernel or, where Lark reads the rest too, the grammar."""
    engine = kernel() if is_large(files) else None
    return GrammarHeaders() if engine is None else KernelHeaders(engine)


@cache
def _tell_why() -> None:
    """Say once why Lark reads what the kernel would read, where that is not what was asked for."""
    if reason := lacks():
        warnings.warn(
            f"The compiled engine is missing, so Lark reads these logs, some fifty times slower; {reason}",
            EngineWarning,
            stacklevel=3,
        )


def _by_lark(reading: Reading) -> Iterator[Batches]:
    files, options, survey, on_bytes, problems, _, clocks, _ = reading
    offsets: list[int] = []
    records = read_records(files, options, survey=survey, on_bytes=on_bytes, problems=problems)
    for batch in batches(_noted(records, offsets) if clocks else records, _BATCH_LINES):
        yield _with_clocks(to_arrow(batch), np.array(offsets, np.int32)) if clocks else to_arrow(batch)
        offsets.clear()


def _noted(records: Iterator[Record], offsets: list[int]) -> Iterator[Record]:
    """Note the clock of each record."""
    for record in records:
        offsets.append(record.line.utc_offset)
        yield record


def _with_clocks(found: Batches, offsets: Any) -> Batches:
    spine = found[SPINE_TABLE]
    column = pa.Array.from_buffers(pa.int32(), len(offsets), [None, pa.py_buffer(offsets)])
    return {**found, SPINE_TABLE: spine.append_column("utc_offset", column)}


def _by_kernel(engine: Kernel, reading: Reading) -> Iterator[Batches]:
    """Read chunk after chunk in threads, and give them in order."""
    waiting: deque[Future[tuple[Batches, Left]]] = deque()
    before: Future[Left] | None = None
    spare: list[Memory] = []
    pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="midtrail")
    try:
        for chunk in _chunks(engine, reading, spare):
            behind: Future[Left] = Future()
            waiting.append(pool.submit(_read, engine, chunk, (before, behind), spare, clocks=reading.clocks))
            before = behind
            if len(waiting) > reading.ahead:
                yield _given(waiting.popleft(), reading)
        while waiting:
            yield _given(waiting.popleft(), reading)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _read(
    engine: Kernel,
    chunk: Chunk,
    lefts: tuple[Future[Left] | None, Future[Left]],
    spare: list[Memory],
    *,
    clocks: bool,
) -> tuple[Batches, Left]:
    """Return the batches of a chunk; `lefts` are what the one before leaves behind, and what this one does."""
    before, behind = lefts
    try:
        found, left = arrow_of(engine, chunk, before)
    except BaseException as error:
        behind.set_exception(error)
        raise
    behind.set_result(left)
    if clocks:
        found = _with_clocks(found, chunk.utc_offsets())
    spare.append(chunk.memory)
    return found, left


def _given(done: Future[tuple[Batches, Left]], reading: Reading) -> Batches:
    found, left = done.result()
    if reading.on_left is not None:
        reading.on_left(left.lines)
    return found


def _chunks(engine: Kernel, reading: Reading, spare: list[Memory]) -> Iterator[Chunk]:
    """Frame all lines, and give them in chunks, which lie in spare memory where there is some."""
    beginnings = Beginnings()

    def begun(seq: int, size: int = 0) -> Chunk:
        memory = spare.pop() if spare else Memory(engine)
        return Chunk(seq, beginnings, memory, engine.texts(Chunk.bytes_for(size)))

    chunk = begun(0)
    for framer, span in read_spans(
        reading.survey,
        reading.options,
        headers_for(reading.files),
        on_bytes=reading.on_bytes,
        problems=reading.problems,
    ):
        at = span.begin
        while at < span.end:
            if not chunk.has_room(span.end - at):
                seq = chunk.seq + chunk.rows
                if chunk.rows:
                    yield chunk
                chunk = begun(seq, span.end - at)
            at = chunk.take(engine, framer, span, at)
    if chunk.rows:
        yield chunk
