"""Worlds of made-up lines that contradict each other: the same in any order, and nothing twice."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

_WORLDS = 40
_KINDS = (
    "New SMTP ICID {i} interface Data 1 (192.0.2.10) address 198.51.100.{i} reverse dns host a.example.net verified yes",
    "ICID {i} ACCEPT SG LIST{i} match sbrs[0.0:10.0] SBRS {i}.5",
    "ICID {i} close",
    "Start MID {a} ICID {i}",
    "Start MID {a} ICID {i}",
    "Start MID {a} ICID 0",
    "MID {a} ICID {i} From: <s{x}@example.net>",
    "MID {a} ICID 0 From: <s{x}@example.net>",
    "MID {a} ICID {i} RID {r} To: <u{x}@example.com>",
    "MID {a} ICID {i} RID {r} To: <U{x}@example.com>",
    "MID {a} ICID 0 RID {r} To: <u{x}@example.com>",
    "MID {a} ICID {i} To: <v{x}@example.com> Rejected by RAT",
    "MID {a} ready {x}45 bytes from <s{x}@example.net>",
    "MID {a} Subject 'subject {x}'",
    "MID {a} attachment 'a{x}.pdf'",
    "MID {a} matched all recipients for per-recipient policy P{x} in the inbound table",
    "MID {a} was split creating MID {b} due to a per-recipient policy P{x} in the inbound table",
    "MID {a} was split creating MID {b} due to a SL/BL configuration for following recipients: u{x}@example.com",
    "MID {a} rewritten to MID {b} by antispam",
    "MID {a} rewritten to MID {b} by Policy Quarantine",
    "ISQ: Reinjected MID {a} as MID {b}",
    "MID {a} was generated based on MID {b} by bcc filter 'x'",
    "MID {a} was generated for bounce of MID {b}",
    "MID {a} queued for delivery",
    "New SMTP DCID {d} interface 192.0.2.10 address 203.0.113.{d} port 25",
    "Delivery start DCID {d} MID {a} to RID [{r}]",
    "Delivery start DCID {d} MID {a} to RID [{r}] to offbox IronPort Spam Quarantine",
    "Message done DCID {d} MID {a} to RID [0, {r}]",
    "Message done DCID {d} MID {a} to RID [{r}] (external quarantine) ",
    "MID {a} RID [{r}] Response '2.0.0 {x}'",
    "Bounced: DCID {d} MID {a} to RID {r} - 5.1.0 - Unknown address error ('550', ['no {x}']) []",
    "Delayed: DCID {d} MID {a} to RID {r} - 4.1.0 - Unknown address error ('466', ['full'])[]",
    "Message {a} to RID [{r}] pending till Mon Sep 13 10:05:05 2021",
    "ISQ: Quarantined MID {a}",
    'MID {a} quarantined to "Q{r}" (content filter:x)',
    'MID {a} quarantined to "Q{r}" (a/v verdict VIRAL)',
    'MID {a} enqueued for transfer to centralized quarantine "Q{r}" (DLP violation)',
    'MID {a} released from quarantine "Q{r}" (manual)',
    "MID {a} released from all quarantines",
    'MID {a} deleted from quarantine "Q{r}" (expired)',
    "Message aborted MID {a} Dropped by CASE",
    "Message aborted MID {a} Dropped by filter 'f{x}'",
    "Message aborted MID {a} Receiving aborted",
    "Message finished MID {a} done",
    "Message {a} was initiated for 'Delete' remedial action by 'admin' from source 'CTR' in batch 'b{x}'.",
    "Message {a} was processed with 'Delete' remedial action for recipient 'u{x}@example.com' in batch 'b{r}'. Remediation status: Remediated.",
    "Message {a} was processed with 'Delete' remedial action for recipient 'u{x}@example.com' in batch 'b{r}'. Remediation status: Failed.",
    "MID {a} did what no grammar knows {x}",
)
# The order within a second is shown in the log's own order: lists, and the place of lines of one text.
_FACTS = {
    "messages": """
        select
            * exclude (message, attachments, rejected_recipients),
            list_sort(attachments), list_sort(rejected_recipients)
        from messages order by all
    """,
    "recipients": """
        select * exclude (message, evidence_seq, evidence_source, evidence_line_no)
        from recipients order by all
    """,
    "connections": "select * exclude (connection) from connections order by all",
    "remediations": "select * from remediations order by all",
    "members": """
        select host, mid, started_at, count(*), count(distinct seq)
        from members join messages using (message)
        group by all order by all
    """,
}


def _world(seed: int) -> list[str]:
    """Return lines of few ids in few seconds, whose order within a second tells nothing."""
    pick = random.Random(seed)  # noqa: S311 - the same world each time
    second, lines = 0, []
    for _ in range(120):
        second += pick.choice((0, 0, 0, 1, 1, 20, 70))
        ids = {
            "a": pick.randint(1, 6),
            "b": pick.randint(1, 6),
            "i": pick.randint(1, 3),
            "d": pick.randint(1, 3),
        }
        text = pick.choice(_KINDS).format(r=pick.randint(0, 2), x=pick.randint(1, 3), **ids)
        lines.append(f"{10 + second // 3600:02}:{second // 60 % 60:02}:{second % 60:02} {text}")
    return list(dict.fromkeys(lines))  # one line twice in one file is two events, but in two files one


@pytest.fixture(scope="module")
def worlds(
    tmp_path_factory: pytest.TempPathFactory,
    as_lines: Callable[[str], str],
    track_files: Callable[[Path], Any],
) -> dict[str, Any]:
    """Return the worlds tracked as they are, and with their lines shuffled, dealt to files and repeated."""
    folder = tmp_path_factory.mktemp("worlds")
    for seed in range(_WORLDS):
        lines = [f"{as_lines(line)}\n" for line in _world(seed)]
        shuffled = random.Random(seed).sample(lines, len(lines))  # noqa: S311 - the same shuffle each time
        files = {"plain": {"a.log": lines}, "shuffled": {"a.log": shuffled[:70], "b.log": shuffled[70:]}}
        files["twice"] = {"a.log": lines, "b.log": lines[::-1], "c.log": lines[20:90]}
        for way, logs in files.items():
            place = folder / way / f"world{seed}"
            place.mkdir(parents=True)
            for name, text in logs.items():
                (place / name).write_text("".join(text))
    return {way: track_files(folder / way) for way in ("plain", "shuffled", "twice")}


@pytest.mark.parametrize("way", ["shuffled", "twice"])
@pytest.mark.parametrize("table", _FACTS)
def test_any_order_gives_the_same(worlds: dict[str, Any], way: str, table: str) -> None:
    """Neither the order of lines, nor of files, nor reading lines again changes any fact."""
    assert worlds[way].rows(_FACTS[table]) == worlds["plain"].rows(_FACTS[table])


@pytest.mark.parametrize("way", ["plain", "shuffled", "twice"])
def test_nothing_is_multiplied(worlds: dict[str, Any], way: str) -> None:
    """Whatever lines say, a MID's RID is one row, a message is one row, and each number is used once."""
    tracked = worlds[way]
    twice = "having count(*) > 1"
    assert tracked.rows(f"select message from messages group by message {twice}") == []
    assert tracked.rows(f"select message, seq from members group by message, seq {twice}") == []
    rids = "select r.message, r.mid, rid from recipients r join messages m using (message)"
    assert tracked.rows(f"{rids} where len(mids) = 1 and rid is not null group by all {twice}") == []


def test_every_state_names_its_line(worlds: dict[str, Any]) -> None:
    """A recipient has a state and the line that decided it, or neither."""
    odd = "select * from recipients where (state is null) <> (evidence_seq is null) or evidence_text is null and state is not null"
    assert worlds["plain"].rows(odd) == []


def test_worlds_hold_what_they_promise(worlds: dict[str, Any]) -> None:
    """The made-up worlds are rich: many states, families and lives."""
    tracked = worlds["plain"]
    assert len(tracked.rows("select distinct state from recipients")) > 12
    assert tracked.rows("select count(*) > 20 from messages where len(mids) > 2") == [(True,)]
    assert tracked.rows("select count(*) > 20 from messages where head_cut") == [(True,)]
