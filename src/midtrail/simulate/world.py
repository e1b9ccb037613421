"""The simulated world: appliances that run beside each other, and the archive that their lines make."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from heapq import merge
from pathlib import Path

from midtrail.errors import UsageError
from midtrail.formats import dumps
from midtrail.simulate.appliance import Appliance, Counters
from midtrail.simulate.chance import Dice
from midtrail.simulate.clock import Clock, summer_time_change
from midtrail.simulate.files import Feed, Framing, Volume
from midtrail.simulate.traffic import Schedule, begin
from midtrail.simulate.truth import Line, Message

LOGS, TRUTH = "mail_logs", "truth.ndjson"
_OFFSETS = (-18_000, 3600, 20_700)
_VERSIONS = ("14.0.1-033", "12.5.3-041", "15.0.0-104")
Told = Callable[[int], None]
Seen = Callable[[Line], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What archive to make: how many messages, from which seed, on how many appliances, written in which way.

    `start` is in seconds since the epoch; `offsets` are the appliances' clocks in seconds east of UTC, used
    in turn; `resets` sets the counters back in the middle of the archive, and once within minutes.
    """

    messages: int
    seed: int = 1
    appliances: int = 1
    start: int = 1_633_068_000  # 2021-10-01T06:00:00Z
    offsets: tuple[int, ...] = _OFFSETS
    resets: bool = False
    framing: Framing = Framing.native
    gzip: bool = False

    def with_offsets(self, offsets: tuple[int, ...]) -> "Plan":
        """Return the plan with other clocks."""
        return replace(self, offsets=offsets)


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: lines, messages and files."""

    lines: int
    messages: int
    files: int


def write(plan: Plan, folder: Path, told: Told | None = None, seen: Seen | None = None) -> Written:
    """Write the archive of a plan: `folder/mail_logs/` and, beside it, `folder/truth.ndjson`.

    `told` is called with 1 for each message of which all is written, `seen` with each line as it is written,
    which then tells where it stands and whose it is. The same plan gives the same bytes everywhere. Raises UsageError where the folder holds something, or the plan makes no sense.
    """
    _check(plan, folder)
    boxes = _appliances(plan)
    logs = folder / LOGS
    logs.mkdir(parents=True)
    volume = Volume(logs, plan.framing, zipped=plan.gzip)
    feeds = [
        Feed(volume, box.name, box.serial, box.version, box.clock, Dice(f"{plan.seed}/feed/{box.number}"))
        for box in boxes
    ]
    lines = messages = 0
    with (folder / TRUTH).open("w", encoding="utf-8", newline="\n") as truth:
        for _, number, _, item in merge(*(box.run() for box in boxes)):
            if isinstance(item, Line):
                lines += feeds[number].write(item)
                if seen is not None:
                    seen(item)
                item.of = None  # so that a message and its lines do not keep each other
                continue
            messages += 1
            feeds[number].end(item)
            _tell(feeds[number].settled(), truth.write)
            if told is not None:
                told(1)
        for feed in feeds:
            feed.close()
            _tell(feed.settled(), truth.write)
    volume.close()
    return Written(lines, messages, volume.files)


def _tell(messages: list[Message], write: Callable[[str], object]) -> None:
    for message in messages:
        write(dumps(message.row()) + "\n")


def _check(plan: Plan, folder: Path) -> None:
    if plan.messages < 1 or plan.appliances < 1:
        raise UsageError(
            "an archive has at least one message and one appliance: give N and --appliances as 1 or more"
        )
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is there and not empty: name a new folder with -o")
    if not folder.absolute().parent.is_dir():
        raise UsageError(
            f"{folder.absolute().parent}: no such folder; make it first, or give -o another name"
        )


def _appliances(plan: Plan) -> list[Appliance]:
    per_box = [
        plan.messages // plan.appliances + (number < plan.messages % plan.appliances)
        for number in range(plan.appliances)
    ]
    schedule = Schedule.of(plan.start * 1000, min(count for count in per_box if count) if all(per_box) else 1)
    change = summer_time_change(plan.start, schedule.end // 1000)
    boxes = []
    for number, budget in enumerate(per_box):
        dice = Dice(f"{plan.seed}/{number}")
        offset = plan.offsets[number % len(plan.offsets)]
        clock = Clock(offset, *change) if change else Clock(offset)
        serial = f"564D{dice.hexadecimal(16)}-{dice.hexadecimal(12)}".upper()
        counters = Counters(dice.between(1000, 1020), dice.between(500, 520), dice.between(1, 20), 7)
        box = Appliance(
            number,
            f"esa{number + 1}.example.com",
            serial,
            _VERSIONS[number % 3],
            clock,
            dice,
            schedule.end,
            budget,
            counters,
        )
        begin(box, schedule, resets=plan.resets)
        boxes.append(box)
    return boxes
