"""`midtrail simulate`: made-up mail_logs with the truth beside them, and the check of a reading against it."""

import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from midtrail.cli import _common
from midtrail.cli._formats import FilesOrder
from midtrail.errors import UsageError
from midtrail.progress import bar

if TYPE_CHECKING:
    from midtrail.simulate import Comparison, Order, Plan

HELP = """Write mail_logs of made-up messages with the truth of each beside them, or check a reading against it.

The logs are in DIR/mail_logs, the truth in DIR/truth.ndjson: one object a message, with all that `midtrail
track --format json` tells but the timeline. The same options give the same bytes on any machine.

Examples:

  midtrail simulate 20000 -o made

  midtrail simulate 20000 -o made --appliances 3 --reset --relay --seed 7

  midtrail track made/mail_logs

  midtrail simulate --check made

  midtrail simulate --check made --files shuffled
"""

Messages = Annotated[
    int | None, typer.Argument(metavar="N", help="How many messages to make up.", min=1, show_default=False)
]
Folder = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="DIR", help="Write there: a new or an empty folder.")
]
Seed = Annotated[int, typer.Option(metavar="S", help="Another seed makes other messages.")]
Appliances = Annotated[
    int, typer.Option(metavar="K", help="On how many appliances, whose MIDs, ICIDs and DCIDs overlap.", min=1)
]
Reset = Annotated[
    bool, typer.Option("--reset", help="Set the counters back in the middle, so that ids come again.")
]
Syslog = Annotated[
    bool, typer.Option("--syslog", help="As RFC 3164 syslog, without years, one folder a host.")
]
Relay = Annotated[bool, typer.Option("--relay", help="As --syslog, but all appliances in one file.")]
Gzip = Annotated[bool, typer.Option("--gzip", help="Compress the files.")]
Start = Annotated[
    str,
    typer.Option(metavar="TIME", help="When the archive begins (ISO 8601; UTC unless it says otherwise)."),
]
Clocks = Annotated[
    list[str] | None,
    typer.Option(
        "--tz",
        metavar="OFFSET",
        help="An appliance's clock in winter or summer, as -05:00; one each, in turn.",
    ),
]
Check = Annotated[
    Path | None,
    typer.Option("--check", metavar="DIR", help="Read DIR and compare with its truth, fact by fact."),
]
Files = Annotated[
    FilesOrder,
    typer.Option(
        "--files",
        help="With --check: in which order the same lines are read; `cut` leaves the first 3,000 away.",
    ),
]


def add_to(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command("simulate", help=HELP)(simulate)


def simulate(
    messages: Messages = None,
    output: Folder = None,
    seed: Seed = 1,
    appliances: Appliances = 1,
    reset: Reset = False,
    syslog: Syslog = False,
    relay: Relay = False,
    gzip: Gzip = False,
    start: Start = "2021-10-01T06:00",
    tz: Clocks = None,
    check: Check = None,
    files: Files = FilesOrder.written,
) -> int:
    """Write made-up mail_logs, or check a reading of them."""
    from midtrail.moments import microseconds, moment_of  # noqa: PLC0415 - what makes up mail, only where it does
    from midtrail.simulate import Framing, Order, Plan  # noqa: PLC0415 - likewise

    if check is not None:
        if messages is not None or output is not None:
            raise UsageError("--check reads what was made before: leave N and -o away")
        return _check(check, Order(files.value))
    if messages is None or output is None:
        raise UsageError("say how many messages to make up, and where: midtrail simulate 20000 -o DIR")
    moment = moment_of(start, "--start")
    begins = microseconds(moment, 0) // 1_000_000 if moment else 0
    plan = Plan(
        messages=messages,
        seed=seed,
        appliances=appliances,
        start=begins,
        resets=reset,
        framing=Framing.relay if relay else Framing.syslog if syslog else Framing.native,
        gzip=gzip,
    )
    if tz:
        plan = plan.with_offsets(tuple(_offset(name, begins) for name in tz))
    return _write(plan, output)


def _write(plan: "Plan", output: Path) -> int:
    from midtrail.simulate import LOGS, TRUTH, write  # noqa: PLC0415 - likewise

    with bar(plan.messages, "making up mail") as advance:
        done = write(plan, output, advance)
    told = f"{done.lines} lines of {done.messages} messages in {done.files} files; their truth is {output / TRUTH}"
    print(f"{output / LOGS}: {told}", file=sys.stderr)
    return 0


def _offset(name: str, at: int) -> int:
    from midtrail.lines.zones import parse_zone  # noqa: PLC0415 - likewise

    offset = parse_zone(name).utcoffset(datetime.fromtimestamp(at, UTC).replace(tzinfo=None))
    return round(offset.total_seconds()) if offset else 0


def _check(folder: Path, order: "Order") -> int:
    from midtrail.simulate import LOGS, TRUTH, laid_out  # noqa: PLC0415 - likewise

    truth = folder / TRUTH
    if not truth.is_file():
        raise UsageError(f"{truth} is not there: --check takes a folder that midtrail simulate has made")
    with tempfile.TemporaryDirectory(prefix="midtrail-") as scratch:
        done = _compared(laid_out(folder / LOGS, order, Path(scratch)), truth, order)
    for line in done.lines():
        print(line)
    return 1 if done.mismatches else 0


def _compared(logs: list[Path], truth: Path, order: "Order") -> "Comparison":
    from midtrail.lines import ReadOptions, find_sources  # noqa: PLC0415 - likewise
    from midtrail.log import Log  # noqa: PLC0415 - DuckDB only for verbs that join
    from midtrail.simulate import Order, compare, read_truth  # noqa: PLC0415 - likewise

    sources = find_sources([str(path) for path in logs])
    with bar(sum(file.size or 0 for file in sources), "reading") as advance:
        log = Log(sources, ReadOptions(), on_bytes=advance)
    _common.tell(log.problems)
    with truth.open(encoding="utf-8") as rows:
        return compare(log.objects(), read_truth(rows), places=order.keeps_places, cut=order is Order.cut)
