"""Findings: each fact of a log's ids judged, with its reason."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from midtrail.questions import _gap_reasons as reasons
from midtrail.questions._gap_counters import Reset, Run
from midtrail.questions._gap_facts import Facts
from midtrail.questions._gap_findings import Finding

_ENOUGH = 20  # ids: fewer tell nothing of what an appliance writes
_MOMENTS = timedelta(minutes=10)


def findings(facts: Facts) -> Iterator[Finding]:
    """Yield all findings, in no order."""
    yield from _of_runs(facts)
    yield from _of_lines(facts)
    yield from _of_resets(facts)
    yield from _of_files(facts)
    yield from _of_clocks(facts)
    yield from _of_edges(facts)
    yield from _of_unwritten(facts)


def _of_runs(facts: Facts) -> Iterator[Finding]:
    for run in facts.runs:
        if run.is_hole:
            yield _of_hole(facts, run)
        else:
            yield from _of_beginnings(facts, run)


def _of_hole(facts: Facts, run: Run) -> Finding:
    judged = reasons.of_hole(
        run,
        facts.holes.others(run),
        facts.between.longest(run.host, run.after, run.before),
        often=facts.is_lone(run) and (run.counter, run.host) in facts.often,
    )
    first, last = run.edges
    return _finding(facts, run, judged, first=first, last=last, missing=run.missing)


def _of_beginnings(facts: Facts, run: Run) -> Iterator[Finding]:
    for number in run.seen_ids:
        lacks = reasons.BEGINNINGS[run.counter].format(id=number)
        judged = reasons.wrong(f"`{lacks}` is missing: other lines name the id")
        yield _finding(facts, run, judged, first=number, last=number, lacks=lacks)


def _finding(facts: Facts, run: Run, judged: reasons.Judgement, **values: Any) -> Finding:
    return Finding(
        host=facts.host(run.host),
        counter=run.counter,
        **run.between(),
        **judged._asdict(),
        **values,
    )


def _of_lines(facts: Facts) -> Iterator[Finding]:
    for host, lacking in facts.broken.items():
        for one in lacking:
            yield Finding(
                host=facts.host(host),
                counter=one.law.counter,
                first=one.id,
                last=one.id,
                after=one.after,
                before=one.before,
                reason=f"`{one.lacks}` is missing: {one.law.because}",
                lacks=one.lacks,
            )


def _of_resets(facts: Facts) -> Iterator[Finding]:
    started = facts.rows(
        "select host_id, time from system_started join spine using (seq)"
        " join gap_hosts on gap_hosts.host is not distinct from spine.host where time is not null"
    )
    for reset in facts.resets:
        low, high = reset.after - _MOMENTS, reset.before + _MOMENTS
        judged = reasons.of_reset(
            reset,
            [other.counter for other in facts.resets if reset.is_with(other)],
            restarted=any(host == reset.host and low <= moment <= high for host, moment in started),
        )
        yield _of_reset(facts, reset, judged)
    for (counter, _), found in facts.mixed.items():
        yield _of_reset(facts, found[0], reasons.of_mixed(counter, found))


def _of_reset(facts: Facts, reset: Reset, judged: reasons.Judgement) -> Finding:
    return Finding(
        host=facts.host(reset.host),
        counter=reset.counter,
        first=reset.last_high,
        last=reset.low,
        after=reset.after,
        before=reset.before,
        **judged._asdict(),
    )


def _of_files(facts: Facts) -> Iterator[Finding]:
    """Judge each silence between two files; of those in one hole, the longest is the missing file's."""
    longest = {
        (silence.host, silence.after)
        for run in facts.runs
        if run.is_hole and (silence := facts.between.longest(run.host, run.after, run.before)) is not None
    }
    holes = {host: list(facts.holes.of(host)) for host in facts.hosts}
    for silence in facts.silences:
        window = (silence.after, silence.before)
        judged = reasons.of_silence(
            silence,
            ids_missing=any(windows.meet(*window) for windows in holes[silence.host]),
            longest=(silence.host, silence.after) in longest,
            was_reset=any(
                reset.host == silence.host and reset.after <= silence.before and silence.after <= reset.before
                for reset in facts.resets
            ),
        )
        yield Finding(
            host=facts.host(silence.host),
            counter="file",
            after=silence.after,
            before=silence.before,
            after_line=silence.source,
            before_line=silence.next_source,
            **judged._asdict(),
        )


def _of_clocks(facts: Facts) -> Iterator[Finding]:
    for host, source, times, seconds, last_time, time, line, last_line in facts.rows("from gap_backwards"):
        judged = reasons.of_backwards(source, times, seconds, time)
        yield _of_clock(facts, host, source, (last_time, last_line), (time, line), judged)
    for host, source, line, last_offset, offset, after, before in facts.rows("from gap_offsets"):
        judged = reasons.of_offset(last_offset, offset, before)
        yield _of_clock(facts, host, source, (after, None), (before, line), judged)
    for host, source, time, line in facts.rows("from gap_untold"):
        judged = reasons.of_untold_offset(source)
        yield _of_clock(facts, host, source, (None, None), (time, line), judged)


def _of_clock(
    facts: Facts,
    host: int,
    source: str,
    after: tuple[Any, Any],
    before: tuple[Any, Any],
    judged: reasons.Judgement,
) -> Finding:
    return Finding(
        host=facts.host(host),
        counter="clock",
        after=after[0],
        before=before[0],
        after_line=f"{source}:{after[1]}" if after[1] else None,
        before_line=f"{source}:{before[1]}",
        **judged._asdict(),
    )


def _of_edges(facts: Facts) -> Iterator[Finding]:
    """Tell of ids from before the log: lines name them, and nothing of them can be missing."""
    query = """
        select gap_unborn.counter, gap_unborn.host, min(id), lowest - 1, count(*), any_value(gap_spans.begins)
        from gap_unborn
        join gap_spans on gap_spans.counter = gap_unborn.counter and gap_spans.host = gap_unborn.host
        where gap_spans.span = 0 and gap_unborn.span = 0 and id < lowest
        group by all
    """
    for counter, host, first, last, count, begins in facts.rows(query):
        reason = f"{count:,} {counter.upper()}s that lines name were given out before the log begins"
        yield Finding(
            host=facts.host(host), counter=counter, first=first, last=last, before=begins, normal=True, reason=reason
        )  # fmt: skip


def _of_unwritten(facts: Facts) -> Iterator[Finding]:
    """Tell of lines that an appliance does not write at all."""
    for one in facts.laws:
        if not one.is_kept and one.asked >= _ENOUGH:
            line = one.law.line.format(id="n", detail="n")
            reason = f"`{line}` is there for {one.asked - one.broken:,} of {one.asked:,} ids: the log leaves that line out"
            yield Finding(
                host=facts.host(one.host), counter=one.law.counter, normal=True, reason=reason, confidence="medium"
            )  # fmt: skip
