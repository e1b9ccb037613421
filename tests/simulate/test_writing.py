"""What the simulator writes: always the same, nothing but lines that are known, all facts of `track`."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import midtrail as mt
from midtrail.errors import UsageError
from midtrail.events import Event
from midtrail.grammar.printer import body
from midtrail.simulate import LOGS, TRUTH, Framing, Plan, write

Content = Callable[[Path], dict[str, bytes]]


def test_same_plan_gives_same_bytes(tmp_path: Path, content: Content) -> None:
    """The same plan gives the same bytes, another seed gives others."""
    for name, seed in (("one", 5), ("two", 5), ("three", 6)):
        write(Plan(messages=150, seed=seed, appliances=2, resets=True), tmp_path / name)
    assert content(tmp_path / "one") == content(tmp_path / "two")
    assert content(tmp_path / "one") != content(tmp_path / "three")


def test_framing_changes_no_truth(tmp_path: Path) -> None:
    """What happens does not depend on how it is written: only the places of the evidence differ."""
    said = {}
    for framing in Framing:
        write(Plan(messages=150, framing=framing), tmp_path / framing)
        lines = (tmp_path / framing / TRUTH).read_text("utf-8").splitlines()
        said[framing] = sorted(line.split('"mids"')[0] for line in lines)
    assert said[Framing.native] == said[Framing.syslog] == said[Framing.relay]


def test_gzip_holds_the_same_lines(tmp_path: Path, content: Content) -> None:
    """Compressed files hold what the plain ones hold, whatever the time of day."""
    write(Plan(messages=60), tmp_path / "plain")
    write(Plan(messages=60, gzip=True), tmp_path / "packed")
    packed = content(tmp_path / "packed" / LOGS)
    opened = {name.removesuffix(".gz"): gzip.decompress(data) for name, data in packed.items()}
    assert opened == content(tmp_path / "plain" / LOGS)
    assert all(data[4:8] == bytes(4) for data in packed.values())


def test_files_roll_over_with_their_headers(archive: Callable[..., Path]) -> None:
    """Every file has its header and is named for its first second; only the last is open."""
    folder = archive(messages=400)
    files = sorted(path for path in folder.rglob("mail.@*"))
    assert len(files) > 5
    assert [path.suffix for path in files] == [".s"] * (len(files) - 1) + [".current"]
    for path in files:
        heads = [
            line.partition(" Info: ")[2]
            for line in path.read_text("utf-8", "surrogateescape").split("\n")[:3]
        ]
        assert [head.split(" ")[0] for head in heads] == ["Begin", "Version:", "Time"]


def test_summer_time_ends_between_two_files(archive: Callable[..., Path]) -> None:
    """The offset from UTC changes from one file to another."""
    logs = b"".join(path.read_bytes() for path in archive(messages=800).rglob("mail.@*"))
    assert {line for line in logs.split(b"\n") if b"Time offset" in line and b"-18000" in line}
    assert {line for line in logs.split(b"\n") if b"Time offset" in line and b"-21600" in line}


def test_lines_are_known_and_print_back(archive: Callable[..., Path]) -> None:
    """Every line is recognised by the grammar and printed back byte for byte, but for those meant to be odd."""
    odd = (
        "was weighed and found wanting",
        "Frobnicator started",
        "Some words that no rule knows",
        "The quick brown fox",
    )
    folder = archive(messages=1500, appliances=2, resets=True)
    kinds = set()
    for path in sorted((folder / LOGS).rglob("mail.@*")):
        for raw in path.read_bytes().decode("utf-8", "surrogateescape").split("\n")[:-1]:
            if not raw[:3].isalpha():
                continue  # goes on with the line before
            event = _parsed(raw)
            text = raw.split(": ", 1)[1]
            kinds.add(event.kind)
            assert (event.kind == "unrecognised") == any(word in text for word in odd), raw
            assert body(event) == text
    assert len(kinds) > 100


def _parsed(raw: str) -> Event:
    event = mt.parse_line(raw)
    assert isinstance(event, Event)
    return event


def test_truth_tells_what_track_tells(
    archive: Callable[..., Path], truth: Callable[[Path], list[dict[str, Any]]]
) -> None:
    """A message of the truth has the keys of `track --format json`, in their order, but for the timeline."""
    folder = archive(messages=40)
    found = list(mt.read(folder / LOGS, progress=False).objects())
    for row in truth(folder):
        assert [*row, "timeline"] == list(found[0])
    recipient = next(one for row in found for one in row["recipients"])
    true = [one for row in truth(folder) for one in row["recipients"]]
    assert all(list(one) == list(recipient) for one in true)


@pytest.mark.parametrize("messages", [1, 2, 49, 333])
def test_as_many_messages_as_asked_for(messages: int, tmp_path: Path) -> None:
    """The archive holds exactly as many messages as were asked for, those that the appliance makes too."""
    done = write(Plan(messages=messages, appliances=2, resets=True), tmp_path / "made")
    assert done.messages == messages
    assert len((tmp_path / "made" / TRUTH).read_text("utf-8").splitlines()) == messages


def test_every_fate_is_met(
    archive: Callable[..., Path], truth: Callable[[Path], list[dict[str, Any]]]
) -> None:
    """A middling archive holds every state that a recipient can have, families, open messages, copies."""
    rows = truth(archive(messages=6000, appliances=2, resets=True))
    states = {one["state"] for row in rows for one in row["recipients"]}
    states |= {row["last_state"] for row in rows}
    wanted = """Processing|Queued for Delivery|Soft Bounced|Delivered|Hard Bounced|Bounced by Content Filters
        |Quarantined by Anti-Spam/Graymail|Quarantined by Multiple Engines|Quarantined by Outbreak Filters|Quarantined
        |Deleted from Quarantine|Dropped by Anti-Spam|Dropped by DMARC|Dropped by Vade|Aborted|Remediation Initiated
        |Remediated|Remediation Failed|Remediation Skipped|Redirected|Partially Remediated|Partially Delivered|Mixed"""
    assert {name.strip() for name in wanted.split("|")} <= states
    assert any(len(row["mids"]) > 3 for row in rows)
    assert any(row["open"] for row in rows)
    assert any(row["origin_mid"] for row in rows)
    assert any(len(one["remediation"]) > 1 for row in rows for one in row["recipients"])


def test_ids_come_again(archive: Callable[..., Path], truth: Callable[[Path], list[dict[str, Any]]]) -> None:
    """With a reset, MIDs are used twice on one appliance, and on two appliances at once."""
    rows = truth(archive(messages=600, appliances=2, resets=True))
    by_host = [(row["host"], row["mid"]) for row in rows]
    assert len(set(by_host)) < len(by_host)
    assert len({mid for _, mid in by_host}) < len(set(by_host))


def test_folder_in_use_is_refused(tmp_path: Path) -> None:
    """Nothing that is there already is overwritten."""
    (tmp_path / "kept").write_text("mine")
    with pytest.raises(UsageError, match="not empty"):
        write(Plan(messages=1), tmp_path)
    with pytest.raises(UsageError, match="no such folder"):
        write(Plan(messages=1), tmp_path / "missing" / "made")
