"""`gaps` on simulated archives: what was taken out is found, with the right ids, and nothing else is."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import compress, pairwise
from pathlib import Path

import pytest

import midtrail as mt
from midtrail.questions.gaps import Finding, Gaps
from midtrail.simulate import Framing
from midtrail.simulate.chance import Dice

Log = list[bytes]
_ID = re.compile(rb"\b(MID|ICID|DCID|Message):? (\d+)")
_OTHERS_WORDS = re.compile(rb"['\"]|Custom Log Entry|Subject ")
_AS = re.compile(rb"MID \d+ rewritten to (\d+) by")


def read(path: Path) -> Gaps:
    """Return what is missing from the logs of a folder."""
    log = mt.read(path, progress=False)
    found = log.gaps()
    log.close()
    return found


def ids(lines: Iterable[bytes]) -> dict[str, set[int]]:
    """Return all MIDs, ICIDs and DCIDs that lines name, by counter; what a sender wrote does not count."""
    found: dict[str, set[int]] = defaultdict(set)
    for line in lines:
        for counter, number in _ID.findall(_OTHERS_WORDS.split(line)[0]):
            found["mid" if counter == b"Message" else counter.decode().lower()].add(int(number))
        found["mid"] |= {int(number) for number in _AS.findall(line)}
    return found


def lines_of(folder: Path) -> dict[Path, Log]:
    """Return the lines of each file of a folder, by name."""
    return {
        path: path.read_bytes().splitlines(keepends=True)
        for path in sorted(folder.rglob("*.*"))
        if path.is_file()
    }


def written(folder: Path, logs: dict[Path, Log], source: Path) -> Path:
    """Write files, with their folders, into another folder."""
    for path, lines in logs.items():
        target = folder / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(b"".join(lines))
    return folder


def holes(found: Gaps) -> list[Finding]:
    """Return the findings that say that ids never occur."""
    return [finding for finding in found.abnormal if finding.missing]


@pytest.mark.parametrize(
    ("framing", "resets", "seed"),
    [
        (Framing.native, True, 11),
        (Framing.syslog, True, 13),
        (Framing.relay, True, 14),
    ],
)
def test_nothing_is_missing_from_an_untouched_archive(
    world: Callable[..., object], framing: Framing, *, resets: bool, seed: int
) -> None:
    """Of an archive of which nothing was taken, every finding is normal, and lines were looked at."""
    made = world(messages=400, appliances=3, resets=resets, seed=seed, framing=framing)
    found = read(made.logs)  # type: ignore[attr-defined]
    assert [finding.reason for finding in found.abnormal] == []
    assert len(found.appliances) == 3
    assert all(one.checked > one.lines / 3 and one.lacking == 0 for one in found.appliances)


@pytest.fixture(scope="module")
def archive(world: Callable[..., object]) -> Path:
    """Give an archive of three appliances in the appliances' own files."""
    return world(messages=700, appliances=3, seed=21).logs  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize("place", [1 / 3, 2 / 3])
def test_a_file_taken_out_of_the_middle_is_one_finding_a_counter(
    archive: Path, tmp_path: Path, place: float
) -> None:
    """Exactly the ids that only the missing file named are missing, between its neighbours' lines, in three findings."""
    logs = lines_of(archive)
    own = [path for path in logs if path.parent.name == "esa2.example.com"]
    busy = [path for path in own if sum(b"Start MID" in line for line in logs[path]) > 5]
    gone = busy[int(len(busy) * place)]
    rest = [line for path in own if path != gone for line in logs[path]]
    kept, lost = ids(rest), ids(logs[gone])
    found = read(written(tmp_path, {path: lines for path, lines in logs.items() if path != gone}, archive))

    assert {finding.counter for finding in holes(found)} == {"mid", "icid", "dcid"}
    for finding in holes(found):
        missing = lost[finding.counter] - kept[finding.counter]
        assert (finding.first, finding.last, finding.missing) == (min(missing), max(missing), len(missing))
        assert finding.confidence == "high"
        assert gone.name not in finding.reason
    (between,) = [finding for finding in found.abnormal if finding.counter == "file"]
    before, after = own[own.index(gone) - 1], own[own.index(gone) + 1]
    assert (between.after_line, between.before_line) == (
        str(tmp_path / before.relative_to(archive)),
        str(tmp_path / after.relative_to(archive)),
    )
    assert {finding.counter for finding in found.abnormal} == {"mid", "icid", "dcid", "file"}
    assert "a file is missing" in between.reason


def test_one_line_in_a_hundred_is_found_by_what_it_leaves_behind(archive: Path, tmp_path: Path) -> None:
    """Every lost beginning of an id that other lines name is found, and every finding is of a line that was lost."""
    dice, thinned = Dice("thinned"), {}
    removed: dict[str, Log] = defaultdict(list)
    for path, lines in lines_of(archive).items():
        is_lost = [dice.chance(0.01) for _ in lines]
        removed[path.parent.name] += compress(lines, is_lost)
        thinned[path] = [line for line, lost in zip(lines, is_lost, strict=True) if not lost]
    found = read(written(tmp_path, thinned, archive))
    hosts = {one.after_line.split("/")[-2]: one.host for one in found if one.after_line}
    for folder, lines in removed.items():
        own = [finding for finding in found.abnormal if finding.host == hosts[folder]]
        _every_beginning_is_found(
            own,
            lines,
            [line for path, kept in thinned.items() if path.parent.name == folder for line in kept],
        )
        lost = ids(lines)
        assert all(finding.first in lost[finding.counter] for finding in own)
    assert all(0.004 < one.lacking / one.checked < 0.018 for one in found.appliances)


def _every_beginning_is_found(own: list[Finding], removed: Log, kept: Log) -> None:
    told = {
        (finding.counter, finding.first)
        for finding in own
        if (finding.lacks or "").startswith(("New SMTP", "Start MID"))
    }
    named = ids(kept)
    begun = {
        counter: [
            int(number)
            for line in kept
            for number in re.findall(rb"(?:New SMTP|Start) %s (\d+)" % counter, line)
        ]
        for counter in (b"MID", b"ICID", b"DCID")
    }
    looked_for = 0
    for line in removed:
        match = re.search(rb"Info: (?:New SMTP|Start) (ICID|DCID|MID) (\d+)(?! ICID 0)", line)
        if match:
            counter, number = match[1].decode().lower(), int(match[2])
            if min(begun[match[1]]) < number < max(begun[match[1]]) and number in named[counter]:
                looked_for += 1
                assert (counter, number) in told
    assert looked_for > 0


@pytest.mark.parametrize("framing", [Framing.syslog, Framing.relay])
def test_a_stretch_of_syslog_that_was_lost_is_found(
    world: Callable[..., object], tmp_path: Path, framing: Framing
) -> None:
    """Of a stretch in the middle, all ids that never occur elsewhere lie in the findings, and no others are counted."""
    logs = world(messages=800, appliances=2, seed=31, framing=framing).logs  # type: ignore[attr-defined]
    files = lines_of(logs)
    path = max(
        (path for path in files if framing is Framing.relay or "esa1" in str(path)),
        key=lambda path: len(files[path]),
    )
    own = [n for n, line in enumerate(files[path]) if b" esa1.example.com mail_logs: " in line]
    opened = [at for at in range(len(own) // 4, len(own)) if b"New SMTP ICID" in files[path][own[at]]]
    lost = set(own[opened[0] - 20 : min(opened[0] + 800, len(own) - 60)])
    gone = [files[path][n] for n in lost]
    files[path] = [line for n, line in enumerate(files[path]) if n not in lost]
    kept = ids(line for lines in files.values() for line in lines if b"esa1.example.com" in line)
    found = read(written(tmp_path, files, logs))

    assert {finding.host for finding in found.abnormal} == {found.abnormal[0].host}
    for counter, named in ids(gone).items():
        missing = named - kept[counter]
        own_holes = [finding for finding in holes(found) if finding.counter == counter]
        assert len(missing) > 1
        assert sum(finding.missing for finding in own_holes) == len(missing)
        assert all(any(one.first <= number <= one.last for one in own_holes) for number in missing)  # type: ignore[operator]
    assert any("at the same time, so lines are missing" in finding.reason for finding in found.abnormal)


def test_one_message_cut_out_is_found(archive: Path, tmp_path: Path) -> None:
    """A MID of which every line was cut out is missing, and nothing else."""
    logs = lines_of(archive)
    own = [path for path in logs if path.parent.name == "esa3.example.com"]
    started = [
        match
        for path in own
        for line in logs[path]
        if (match := re.search(rb"Start MID (\d+) ICID [1-9]", line))
    ]
    family = re.compile(rb"split creating|rewritten|generated|Reinjected|Delivery start")
    by_mid = {
        match[1]: [
            line
            for path in own
            for line in logs[path]
            if re.search(rb"\b(MID|Message) %s\b" % match[1], line)
        ]
        for match in started[60:120]
    }
    mid = next(mid for mid, lines in by_mid.items() if not any(family.search(line) for line in lines))
    for path in own:
        logs[path] = [line for line in logs[path] if line not in by_mid[mid]]
    found = read(written(tmp_path, logs, archive))
    assert [(one.counter, one.first, one.last, one.missing) for one in found.abnormal] == [
        ("mid", int(mid), int(mid), 1)
    ]
    assert "no other counter jumps" in found.abnormal[0].reason


def test_counters_that_are_set_back_are_told_with_their_ids(world: Callable[..., object]) -> None:
    """Each reset is a normal finding: the last id before it, the first after, and that the others went back too."""
    logs = world(messages=300, seed=41, resets=True).logs  # type: ignore[attr-defined]
    begun = [
        int(match[1])
        for lines in lines_of(logs).values()
        for line in lines
        if (match := re.search(rb"New SMTP ICID (\d+)", line))
    ]
    drops = [(before, after) for before, after in pairwise(begun) if after < before]
    found = [finding for finding in read(logs) if finding.counter == "icid" and "go back" in finding.reason]
    assert len(drops) == 2
    assert [(finding.first, finding.last) for finding in found] == drops
    assert all(finding.normal and "the counters were set back" in finding.reason for finding in found)
    assert all(finding.after < finding.before for finding in found)  # type: ignore[operator]


def test_order_and_repetition_of_files_change_nothing(archive: Path) -> None:
    """The same files in reverse order, some of them twice, give the same findings but for where lines stand."""
    files = [path for path in lines_of(archive) if path.parent.name == "esa1.example.com"]
    one, other = mt.read(files, progress=False), mt.read([*files[::-1], *files[:9]], progress=False)
    rows = [
        [{**row, "after_line": None, "before_line": None} for row in log.gaps().rows()]
        for log in (one, other)
    ]
    assert rows[0] == rows[1] != []
