"""Files in, Arrow batches out: by the kernel where there is much to read, else by Lark; the same either way."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

from midtrail.engine.batches import Left, arrow_of
from midtrail.engine.chunks import Beginnings, Chunk
from midtrail.engine.kernel import Kernel, kernel
from midtrail.lines import Problem, ReadOptions, SourceFile, Survey, read_blocks
from midtrail.lines import survey as make_survey
from midtrail.parse import GrammarHeaders, batches, read_records
from midtrail.tables import Batches, to_arrow

WORTH_IT = 1 << 20  # bytes on disk from which on the kernel is quicker than Lark, its loading included
_BATCH_LINES = 65_536
_THREADS = 2
_AHEAD = 2  # chunks that wait to be written


class Reading(NamedTuple):
    """What is to be read, and whom to tell of it."""

    files: list[SourceFile]
    options: ReadOptions
    survey: Survey
    on_bytes: Callable[[int], None] | None
    problems: list[Problem]
    on_left: Callable[[int], None] | None = None


def read_arrow(
    files: list[SourceFile],
    options: ReadOptions | None = None,
    *,
    survey: Survey | None = None,
    on_bytes: Callable[[int], None] | None = None,
    problems: list[Problem] | None = None,
    on_left: Callable[[int], None] | None = None,
) -> Iterator[Batches]:
    """Yield all lines of the files, in order, as Arrow batches: `spine`, and each kind that occurs.

    Memory stays bounded. Pipes and small files are read by Lark, as everything is where the kernel was not
    built; the batches are the same. `on_bytes` is told of the bytes on disk that were read; what could not be
    read whole is added to `problems`; `on_left` is told, chunk by chunk, how many lines the kernel left to Lark.
    """
    chosen, told = options or ReadOptions(), [] if problems is None else problems
    known = survey or make_survey(files, chosen, GrammarHeaders(), problems=told)
    reading = Reading(files, chosen, known, on_bytes, told, on_left)
    small = sum(file.size or 0 for file in files) < WORTH_IT
    engine = None if small or known.streams else kernel()
    return _by_lark(reading) if engine is None else _by_kernel(engine, reading)


def _by_lark(reading: Reading) -> Iterator[Batches]:
    files, options, survey, on_bytes, problems, _ = reading
    records = read_records(files, options, survey=survey, on_bytes=on_bytes, problems=problems)
    return map(to_arrow, batches(records, _BATCH_LINES))


def _by_kernel(engine: Kernel, reading: Reading) -> Iterator[Batches]:
    """Read chunk after chunk in threads, and give them in order."""
    waiting: deque[Future[tuple[Batches, Left]]] = deque()
    before: Future[tuple[Batches, Left]] | None = None
    pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="midtrail")
    try:
        for chunk in _chunks(engine, reading):
            before = pool.submit(arrow_of, engine, chunk, before)
            waiting.append(before)
            if len(waiting) > _AHEAD:
                yield _given(waiting.popleft(), reading)
        while waiting:
            yield _given(waiting.popleft(), reading)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _given(done: Future[tuple[Batches, Left]], reading: Reading) -> Batches:
    found, left = done.result()
    if reading.on_left is not None:
        reading.on_left(left.lines)
    return found


def _chunks(engine: Kernel, reading: Reading) -> Iterator[Chunk]:
    """Frame all lines, and give them in chunks."""
    beginnings = Beginnings()
    chunk = Chunk(0, beginnings)
    for framer, block in read_blocks(
        reading.survey,
        reading.options,
        GrammarHeaders(),
        on_bytes=reading.on_bytes,
        problems=reading.problems,
    ):
        at = 0
        while at < len(block.data):
            if not chunk.has_room(len(block.data) - at):
                seq = chunk.seq + chunk.rows
                if chunk.rows:
                    yield chunk
                chunk = Chunk(seq, beginnings, len(block.data) - at)
            at = chunk.take(engine, framer, block, at)
    if chunk.rows:
        yield chunk
