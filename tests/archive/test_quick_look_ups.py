"""What readers find sooner by, the opening and the terms, tells what the tables tell, and is never missed."""

import json
import random
import re
import shutil
import subprocess
import sys
import zlib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import midtrail as mt
from midtrail.archive import archive, opening, terms
from midtrail.archive.ids import IdSet
from midtrail.archive.keeping import compact
from midtrail.archive.seeking_lines import messages_telling
from midtrail.archive.snapshot import Snapshot
from midtrail.archive.stretches import NUMBERED, TIMES, began_at
from midtrail.archive.within import groups_within
from midtrail.archive.writing import Writer
from midtrail.log import Log
from midtrail.simulate import LOGS, Plan, write

_VALUES = 40
_HASH = "5d41402abc4b2a76b9719d911017c592aa9f2c9c6f1d1f0b7d3b1a2c4e5f6071"
_OF_A_HASH = f"""\
Mon Sep 13 09:00:00 2021 Info: New SMTP ICID 1 interface Management (192.0.2.1) address 2001:db8::7 reverse dns host unknown verified no
Mon Sep 13 09:00:01 2021 Info: Start MID 1 ICID 1
Mon Sep 13 09:00:01 2021 Info: MID 1 ICID 1 From: <alice@example.net>
Mon Sep 13 09:00:01 2021 Info: MID 1 ICID 1 RID 0 To: <bob@example.com>
Mon Sep 13 09:00:01 2021 Info: MID 1 SHA {_HASH} filename a.docx queued for possible file analysis upload
Mon Sep 13 09:00:01 2021 Info: MID 1 ready 10 bytes from <alice@example.net>
Mon Sep 13 09:00:02 2021 Info: Start MID 2 ICID 1
Mon Sep 13 09:00:02 2021 Info: MID 2 ICID 1 From: <carol@example.net>
Mon Sep 13 09:00:02 2021 Info: MID 2 Threat feeds source 'partner' detected malicious SHA-256 hash: '{_HASH.upper()}' in: attachment
Mon Sep 13 09:00:03 2021 Info: MID 2 Threat feeds source 'partner' detected malicious URL: 'https://shop.example.net/' in: message body
"""


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return simulated log files of two appliances."""
    made = tmp_path_factory.mktemp("made")
    write(Plan(messages=300, seed=23, appliances=2, resets=True), made)
    (made / LOGS / "told.log").write_text(_OF_A_HASH, "utf-8")
    return sorted(path for path in (made / LOGS).rglob("*") if path.is_file())


@pytest.fixture(scope="module")
def intact(logs: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an archive to which they were added in three parts."""
    folder = tmp_path_factory.mktemp("intact") / "kept"
    for start in range(3):
        archive(logs[start::3], folder, progress=False)
    return folder


@pytest.fixture
def kept(intact: Path, tmp_path: Path) -> Path:
    """Return a copy of it, to be changed."""
    return Path(shutil.copytree(intact, tmp_path / "kept"))


def _answers(folder: Path) -> list[Any]:
    """Return what is found by a MID, an address, a Message-ID, an IP address and a hash."""
    log = mt.read(folder, progress=False)
    row = log.messages()["mid"].to_pylist()[7]
    found = log.messages(mid=row).to_pylist()[0]
    queries = (
        f"sender:{found['sender'] or 'nobody@example.net'}",
        f'email_messageid:"{found["message_id"]}"',
        f"ip:{found['sender_ip'] or '192.0.2.1'}",
        f"sha256:{_HASH}",
        "ip:2001:0DB8::0007",
    )
    again = mt.read(folder, progress=False)
    return [
        again.message(row).to_dict(),
        list(again.findevent(mid=row)),
        *(again.search(query).to_pylist() for query in queries),
    ]


def _without(folder: Path) -> None:
    opening.remove(folder)
    shutil.rmtree(folder / terms.FOLDER)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def _damaged(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)


def _miscounted(path: Path) -> None:
    """Change the first count of each field."""
    path.write_bytes(
        re.sub(rb"\[\[(\d)", lambda told: b"[[%d" % ((int(told[1]) + 1) % 10), path.read_bytes())
    )


def _of_another_layout(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b'{"layout":2', b'{"layout":1', 1))


def _every_term(change: Callable[[Path], object]) -> Callable[[Path], None]:
    def changed(folder: Path) -> None:
        for path in (folder / terms.FOLDER).iterdir():
            change(path)

    return changed


_CHANGES: dict[str, Callable[[Path], object]] = {
    "both are gone": _without,
    "the opening is cut off": lambda folder: _cut(folder / opening.NAME),
    "the opening is damaged": lambda folder: _damaged(folder / opening.NAME),
    "the opening is empty": lambda folder: (folder / opening.NAME).write_bytes(b""),
    "the opening unpacks to far more": lambda folder: _bomb(folder / opening.NAME),
    "the opening is another thing": lambda folder: (folder / opening.NAME).write_bytes(b"{}"),
    "terms are cut off": _every_term(_cut),
    "terms are damaged": _every_term(_damaged),
    "terms are miscounted": _every_term(_miscounted),
    "terms are empty": _every_term(lambda path: path.write_bytes(b"")),
    "terms are of another layout": _every_term(_of_another_layout),
}


@pytest.mark.parametrize("change", _CHANGES)
def test_never_missed(intact: Path, kept: Path, change: str) -> None:
    """Missing or damaged, they are done without: the answers are the same."""
    _CHANGES[change](kept)
    assert _answers(kept) == _answers(intact)


def _bomb(path: Path) -> None:
    """Put the same file behind a million blanks, which are JSON."""
    path.write_bytes(zlib.compress(b" " * (1 << 20) + zlib.decompress(path.read_bytes())))


def test_opening_is_not_unpacked_without_end(kept: Path) -> None:
    """What grows to many times its size is left at once."""
    assert opening.read(kept) is not None
    _bomb(kept / opening.NAME)
    assert opening.read(kept) is None


def test_opening_tells_what_tables_tell(intact: Path) -> None:
    """The Parquet files, stored files, forms and clocks are those of the tables."""
    quick, slow = Snapshot.open(intact, quickly=True), Snapshot.open(intact)
    assert quick.commit == slow.commit
    assert (quick.files, quick.gone, quick.forms, quick.clocks()) == (
        slow.files,
        slow.gone,
        slow.forms,
        slow.clocks(),
    )
    for name in slow.commit.versions:
        assert quick.paths(name) == slow.paths(name)
        assert quick.schema(name) == slow.schema(name)
        for one, other in zip(quick.parquet(name), slow.parquet(name), strict=True):
            assert one.items() <= other.items()
    assert quick.block_rows() == slow.block_rows()


def test_opening_counts_for_its_commit_only(intact: Path, kept: Path, logs: list[Path]) -> None:
    """Left behind by a later commit, also of a midtrail that knows no opening, it is not believed."""
    old = (kept / opening.NAME).read_bytes()
    assert opening.read(kept) is not None
    log = kept.parent / "new.log"
    log.write_bytes(logs[0].read_bytes().replace(b"MID ", b"MID 7700"))
    archive([log], kept, progress=False)
    now = opening.read(kept)
    assert now is not None
    assert now.commit.batch > Snapshot.open(intact).batch
    (kept / opening.NAME).write_bytes(old)
    assert opening.read(kept) is None
    assert Snapshot.open(kept, quickly=True).commit == now.commit
    with Writer.open(kept):  # whoever writes next makes it anew
        pass
    assert opening.read(kept) is not None


def test_after_compaction(intact: Path, kept: Path) -> None:
    """After small files were merged, both tell of the new ones, and nothing is left of the old ones."""
    compact(kept)
    assert opening.read(kept) is not None
    shot = Snapshot.open(kept)
    names = {Path(path).stem for name in ("messages", "events") for path in shot.paths(name)}
    assert {path.name for path in (kept / terms.FOLDER).iterdir()} == names
    assert _answers(kept) == _answers(intact)


def test_a_look_up_loads_no_delta_lake(intact: Path) -> None:
    """A message is found by its MID and its sender before deltalake, DuckDB or Lark would be loaded."""
    sender = next(
        one for one in mt.read(intact, progress=False).messages()["sender"].to_pylist() if one and "@" in one
    )
    code = (
        f"import sys; import midtrail as mt; log = mt.read({str(intact)!r});"
        f"found = log.found('sender:{sender}', numbered=False);"
        "told = [*log.objects(found)], [*log.raw_lines(found)];"
        "print(len(found) > 0, sorted({'deltalake', 'duckdb', 'lark'} & sys.modules.keys()))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "True []\n"


def test_stretches_hold_every_id(intact: Path) -> None:
    """Each id is in a stretch of its row group, and one that no row group holds is in few."""
    shot = Snapshot.open(intact, quickly=True)
    for name, column in NUMBERED.items():
        told = shot.stretches(name)
        assert told is not None
        for path in map(Path, shot.paths(name)):
            with pq.ParquetFile(path) as file:
                for group in range(file.num_row_groups):
                    rows = file.read_row_group(group, ["host", column]).to_pylist()
                    for row in random.Random(1).sample(rows, min(len(rows), _VALUES)):  # noqa: S311 - the same rows
                        found = told.holding(IdSet({(row["host"], row[column])}))
                        assert group in found[path.name]
        assert told.holding(IdSet({("nobody", 1), (None, 10**15)})) == {}


@pytest.mark.parametrize("field", terms.FIELDS)
def test_terms_hold_every_value(intact: Path, field: str) -> None:
    """Each value of a field is in the terms of its row group; of those that are nowhere few seem to be there."""
    shot = Snapshot.open(intact)
    seeming = tried = 0
    for path in map(Path, shot.paths("messages")):
        place = terms.place_of(intact / terms.FOLDER, path.name)
        with pq.ParquetFile(path) as file:
            for group in range(file.num_row_groups):
                rows = file.read_row_group(group)
                for values, _ in terms.values_of(rows, field):
                    for value in set(values.drop_null().to_pylist()):
                        assert group in (terms.holding(place, field, terms.hashes(pa.array([value]))) or ())
                absent = pa.array([f"{number}@nowhere.test" for number in range(400)])
                for number in terms.hashes(absent):
                    seeming += group in (terms.holding(place, field, [number]) or ())
                    tried += 1
    assert seeming < tried / 8


def test_terms_are_written_once(kept: Path) -> None:
    """Whoever writes next leaves them as they are, but for those that are missing, or laid out in another way."""
    places = sorted((kept / terms.FOLDER).iterdir())
    before = {place: (place.stat().st_mtime_ns, place.read_bytes()) for place in places}
    for place in places[:2]:
        _of_another_layout(place)
    places[2].unlink()
    with Writer.open(kept):
        pass
    after = {
        place: (place.stat().st_mtime_ns, place.read_bytes()) for place in (kept / terms.FOLDER).iterdir()
    }
    assert {place for place in places if after[place] != before[place]} == {*places[:3]}
    assert {place: data for place, (_, data) in after.items()} == {
        place: data for place, (_, data) in before.items()
    }


def test_hashes_stay_as_they_are() -> None:
    """The hash of a text is that which archives hold, wherever it stands among others."""
    texts = pa.array(["bob@example.com", "", "Zoë@example.com", None, "192.0.2.7"])
    expected = [15775369311544329829, 0, 15300194353397789272, 0, 13415938094095358526]
    assert terms.hashes(texts).tolist() == expected
    assert terms.hashes(texts.slice(2, 3)).tolist() == expected[2:]
    assert terms.hashes(pa.array([], pa.string())).tolist() == []


_QUERIES = (
    "sender:{sender}",
    "sender:<{sender}> state:*",
    "email:{sender}",
    "recipient:{recipient}",
    "recipient:{recipient} or sender:{sender}",
    "sender:{sender} not recipient:{recipient}",
    "(email:{recipient} or ip:{ip}) policy:*",
    "ip:{ip}",
    "email_messageid:{message_id}",
    "sender:{sender} example",
    "sender:nobody@nowhere.test",
    "sender:nobody@nowhere.test state:delivered",
    "not sender:{sender} ip:{ip}",
    f"sha256:{_HASH}",
    f"sha256:{_HASH} or sha256:00",
    f"sha256:{_HASH} sender:{{sender}}",
    "sha256:00",
    "sha256:https://shop.example.net/",
    "ip:2001:db8:0::7",
    "ip:2001:db8::7/128 or ip:{ip}",
    "ip:2001:db8::8",
    "cisco_mid:{mid}",
    "cisco_mid:{mid} or cisco_mid:2",
    "cisco_mid:{mid} recipient:{recipient} url:*",
    "cisco_mid:{mid} cisco_mid:1",
    "cisco_mid:{mid} sha256:00",
    "sender:{sender} recipient:{recipient} email_messageid:{message_id}",
    "sender:{sender} (file_name:* or url:*)",
    "sender:{sender} batch:*",
    "state:* file_name:*",
    "since:{before} until:{after}",
    "since:{began} until:{began}",
    "since:{after} until:{before}",
    "since:{began}",
    "until:{began} host:*",
    "not since:{began} until:{after}",
    "since:{before} until:{after} sender:{sender}",
    "since:{before} until:{after} state:d*",
    "since:{before} until:{after} url:*",
    "since:{before} until:{after} example",
    "until:{began} sender:{sender}",
    f"since:2021-09-13 until:2021-09-14 sha256:{_HASH}",
    f"until:2021-09-13 sha256:{_HASH}",
    f"sha256:{_HASH} sender:alice@example.net",
    f"sha256:{_HASH} url:https://shop.example.net/",
)


@pytest.mark.parametrize("query", _QUERIES)
@pytest.mark.parametrize("numbered", [True, False])
def test_found_as_by_reading_all(intact: Path, query: str, numbered: bool) -> None:  # noqa: FBT001 - a parameter
    """A search that is helped by terms finds what one finds that reads all messages, with the same numbers."""
    log = mt.read(intact, progress=False)
    rows = [
        row for row in log.objects(timeline=False) if row["recipients"] and row["sender"] and row["sender_ip"]
    ]
    for row in rows[:: len(rows) // 3]:
        asked = _query_of(query, row)
        log = mt.read(intact, progress=False)
        everything = _reading_all(intact)
        found, expected = log.found(asked, numbered=numbered), everything.found(asked)
        assert list(log.objects(found)) == list(everything.objects(expected))
        if numbered:
            assert found == expected
            assert log.search(asked) == everything.search(asked)


def _query_of(query: str, row: dict[str, Any]) -> str:
    """Return a query by the values of a message."""
    return query.format(
        sender=row["sender"].upper(),
        recipient=row["recipients"][0]["recipient"],
        ip=row["sender_ip"],
        message_id=f'"{row["message_id"]}"',
        mid=row["mids"][-1],
        began=row["started_at"],
        before=_hours_from(row["started_at"], -2),
        after=_hours_from(row["started_at"], 3),
    )


def test_one_question_after_another(intact: Path) -> None:
    """Whatever was asked before, also the same, and whatever becomes of an answer, a question finds the same messages."""
    log, everything = mt.read(intact, progress=False), _reading_all(intact)
    row = next(row for row in log.objects(timeline=False) if row["recipients"] and row["sender_ip"])
    log = mt.read(intact, progress=False)
    dice = random.Random(9)  # noqa: S311 - the same questions each time
    asked = [_query_of(query, row) for query in dice.sample(_QUERIES, 15)]
    expected = {query: list(everything.objects(everything.found(query))) for query in asked}
    for query in dice.sample([*asked, *asked], 2 * len(asked)):
        found = log.found(query, numbered=dice.random() < 0.3)
        assert list(log.objects(found)) == expected[query]
        found.clear()
        assert len(log.found(query, numbered=False)) == len(expected[query])


def _hours_from(moment: str, hours: int) -> str:
    return (datetime.fromisoformat(moment) + timedelta(hours=hours)).isoformat()


def _reading_all(folder: Path) -> Log:
    """Return the log of an archive that reads all messages, whatever is asked."""
    log = mt.read(folder, progress=False)
    tables: Any = log._tables
    tables.having = tables.chosen = lambda *_, **__: None
    tables._within = lambda *_: None
    return log


def test_a_window_reads_few_row_groups(intact: Path) -> None:
    """Of the messages' row groups those are read that hold some of the window, and of the others nothing is."""
    shot = Snapshot.open(intact, quickly=True)
    first, last = (
        min(file.begins or 0 for file in shot.files),
        max(file.last_time or 0 for file in shot.files),
    )
    every = groups_within(shot, (first, None))
    assert every is not None
    assert sum(map(len, every.values())) == sum(
        pq.read_metadata(path).num_row_groups for path in shot.paths("messages")
    )
    for outside in ((last + 10**12, None), (None, first - 10**12)):
        assert not any((groups_within(shot, outside) or every).values())
    assert groups_within(shot, (None, None)) is None


def test_stretches_of_time_hold_every_message(intact: Path) -> None:
    """Each message began in a stretch of its row group."""
    shot = Snapshot.open(intact, quickly=True)
    for path in map(Path, shot.paths("messages")):
        with pq.ParquetFile(path) as file:
            for group in range(file.num_row_groups):
                for moment in began_at(file.read_row_group(group)).drop_null().to_pylist():
                    near = groups_within(shot, (moment, moment + 1))
                    assert near is not None
                    assert group in near[path.name]


def test_an_opening_without_times_is_read(intact: Path, kept: Path) -> None:
    """An archive of an earlier midtrail, which told no times, gives the same."""
    path = kept / opening.NAME
    head, _, numbers = zlib.decompress(path.read_bytes()).partition(b"\n")
    told = json.loads(head)
    del told["stretches"][TIMES]
    path.write_bytes(zlib.compress(json.dumps(told).encode() + b"\n" + numbers))
    log, other = mt.read(kept, progress=False), mt.read(intact, progress=False)
    assert Snapshot.open(kept, quickly=True).stretches(TIMES) is None
    window = {"since": "2021-10-01T12:00Z", "until": "2021-10-02T12:00Z"}
    found = log.found("state:*", numbered=False, **window)
    assert list(log.objects(found)) == list(other.objects(other.found("state:*", numbered=False, **window)))


def test_hashes_and_addresses_are_found(intact: Path) -> None:
    """A hash is found in both kinds of lines that tell one, however it is written, and an address of IPv6 as well."""
    log = mt.read(intact, progress=False)
    for query, mids in ((f"sha256:{_HASH}", [1, 2]), ("ip:2001:DB8:0::7", [1, 2]), ("sha256:url", [])):
        found = log.search(query)
        assert found["mid"].to_pylist() == mids


def test_few_row_groups_are_read_for_a_hash(intact: Path) -> None:
    """Of the blocks only those are opened that may hold it."""
    shot = Snapshot.open(intact, quickly=True)
    assert messages_telling(shot, [_HASH], 10).num_rows == 2  # type: ignore[union-attr]
    opened = len(shot._pickers)
    assert 0 < opened < len(shot.blocks)
    assert messages_telling(shot, [_HASH], 1) is None
    assert messages_telling(shot, ["0" * 64], 10).num_rows == 0  # type: ignore[union-attr]
