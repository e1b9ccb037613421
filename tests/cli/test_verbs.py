"""The verbs, as a user runs them."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import midtrail as mt
from midtrail.formats import dumps, flat
from midtrail.lines import find_sources
from midtrail.parse import read_records

Run = Callable[..., "subprocess.CompletedProcess[str]"]
ROOT = Path(__file__).parent.parent.parent
PAGE = """\
23:24:47 Start message 640962 on incoming connection (ICID 31).
23:24:47 Message 640962 enqueued on incoming connection (ICID 31) from sender@example.com.
23:24:47 Message 640962 direction: incoming
23:24:48 Message 640962 on incoming connection (ICID 31) added recipient (user@example.com).
23:25:07 Message 640962 original subject on injection: remediation test
23:25:07 Message 640962 not evaluated for Sender Domain Reputation. Reason: Disabled at Mail Flow Policy
23:25:07 Message 640962 (145 bytes) from sender@example.com ready.
23:25:07 Message 640962 has sender_group: whitelist, sender_ip: 192.0.2.59 and sbrs: None
23:25:07 Message 640962 matched per-recipient policy ee for inbound mail policies.
23:25:07 Message 640962 scanned by Advanced Malware Protection engine. Final verdict: SKIPPED(no attachment in message)
23:25:07 Message 640962 scanned by Outbreak Filters. Verdict: Negative
23:25:07 Message 640962 contains message ID header '<18fb395$ju2@mail.example.com>'.
23:25:07 Message 640962 queued for delivery.
23:25:08 (DCID 6) Delivery started for message 640962 to user@example.com.
23:25:10 (DCID 6) Delivery details: Message 640962 sent to user@example.com
23:29:10 Message 640962 to user@example.com received remote SMTP response '2.6.0 <18fb395$ju2@mail.example.com> [InternalId:12781614170116, Hostname=mbx2.example.com] 8351 bytes in 0.165, 49.369 KB/sec Queued mail for delivery'.
23:29:50 Incoming connection (ICID 31) lost.
23:38:03 Message 640962 was initiated for 'Forward' remedial action by 'admin' from source 'CTR' in batch '2b46dcac-9b3d-404c-9327-f114fd5d89c7'.
23:38:06 Message 640962 was processed with 'Forward' remedial action for recipient 'user@example.com' in batch '2b46dcac-9b3d-404c-9327-f114fd5d89c7'. Remediation status: Remediated.
""".splitlines()


def test_the_page_of_the_sample_message(midtrail: Run) -> None:
    """The page of message 640962 says what Message Tracking says, in this order, and ends Remediated."""
    done = midtrail("track", "sample_logs", "--mid", "640962", "--format", "page")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    places = [done.stdout.index(sentence) for sentence in PAGE]
    assert places == sorted(places)
    for fact in (
        "Remediated",
        "13 Sep 2021 23:24:47 (GMT -05:00)",
        "145 (Bytes)",
        "mail.example.com (verified)",
        "192.0.2.59",
        "Incoming",
    ):
        assert fact in done.stdout


def test_track_json(midtrail: Run) -> None:
    """JSON is one object a message, with everything that the log tells and null for what it does not."""
    done = midtrail("track", "sample_logs/remediation.log", "--format", "json")
    (line,) = done.stdout.splitlines()
    message = json.loads(line)
    assert message["host"] == "564D2E7A4C1B9F03D6A8-7C51E2B0F9D4"
    assert (message["mid"], message["mids"], message["icid"]) == (640962, [640962], 31)
    assert message["direction"] == "incoming"
    assert message["started_at"] == "2021-09-14T04:24:47Z"
    assert message["last_event_at"] == "2021-09-14T04:38:06Z"
    assert message["last_state"] == "Remediated"
    assert (message["open"], message["head_cut"]) == (False, False)
    assert message["sender_group"] == "whitelist"
    assert message["reverse_dns_verified"] is True
    assert message["size_bytes"] == 145
    assert message["origin_mid"] is None
    (recipient,) = message["recipients"]
    assert recipient["recipient"] == "user@example.com"
    assert (recipient["rid"], recipient["dcid"], recipient["destination_ip"]) == (0, 6, "198.51.100.25")
    assert recipient["delivered_at"] == "2021-09-14T04:25:10Z"
    assert recipient["evidence"]["line_no"] == 26
    assert [batch["status"] for batch in recipient["remediation"]] == ["Remediated"]
    assert recipient["remediation"][0]["source"] == "CTR"


def test_parse_accounts_for_every_line(midtrail: Run) -> None:
    """NDJSON is one object a physical line, in order, with the spine's columns first."""
    done = midtrail("parse", "sample_logs")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    lines = sum(len(log.read_bytes().splitlines()) for log in (ROOT / "sample_logs").glob("*.log"))
    assert len(rows) == lines
    assert [row["seq"] for row in rows] == list(range(lines))
    assert list(rows[0])[:12] == [
        "seq",
        "source",
        "line_no",
        "offset",
        "host",
        "time",
        "level",
        "kind",
        "mid",
        "icid",
        "dcid",
        "text",
    ]
    assert not [row for row in rows if row["kind"] == "unrecognised"]


def test_parse_csv(midtrail: Run) -> None:
    """CSV has the spine's columns and the kind's fields as JSON; a formula in a subject is harmless."""
    data = b"Mon Sep 13 23:25:07 2021 Info: MID 7 Subject '=1+1'\n"
    done = midtrail("parse", "-", "--format", "csv", data=data)
    (row,) = csv.DictReader(io.StringIO(done.stdout))
    assert (row["kind"], row["mid"]) == ("subject_header", "7")
    assert json.loads(row["fields"])["subject"] == "=1+1"


def test_parse_parquet(midtrail: Run, tmp_path: Path) -> None:
    """Parquet is a folder with one file a kind, typed."""
    done = midtrail(
        "parse", "sample_logs/remediation.log", "--format", "parquet", "-o", str(tmp_path / "out")
    )
    assert done.returncode == 0
    assert pq.read_table(tmp_path / "out" / "spine.parquet").num_rows == 26
    table = pq.read_table(tmp_path / "out" / "remediation_processed.parquet")
    assert table.to_pylist()[0]["status"] == "Remediated"
    assert [path.name for path in (tmp_path / "out").iterdir() if path.name.startswith(".")] == []


def test_parse_of_a_large_file(midtrail: Run, tmp_path: Path) -> None:
    """A large file, read in columns, is printed as the records are that Lark reads line by line."""
    log, out = tmp_path / "mail.log", tmp_path / "out.csv"
    log.write_bytes((ROOT / "sample_logs/remediation.log").read_bytes() * 440)
    assert log.stat().st_size > 1 << 20
    records = list(read_records(find_sources([log])))
    done = midtrail("parse", str(log))
    assert done.stdout.splitlines() == [dumps(flat(record)) for record in records]
    midtrail("parse", str(log), "--format", "csv", "-o", str(out))
    rows = list(csv.reader(io.StringIO(out.read_text(encoding="utf-8"), newline="")))
    assert (len(rows), len(rows[0])) == (len(records) + 1, 13)
    assert json.loads(rows[-1][-1]).items() <= json.loads(done.stdout.splitlines()[-1]).items()
    assert sorted(tmp_path.iterdir()) == [log, out]


def test_track_parquet(midtrail: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Parquet is what the library gives: messages and recipients of all, of those chosen, as known then, or batches."""
    monkeypatch.chdir(ROOT)
    log = mt.read("sample_logs")
    then = "2021-09-13T23:30-05:00"
    asked = (
        ((), log.messages(), log.recipients()),
        (("--as-of", then), log.messages(as_of=then), log.recipients(as_of=then)),
    )
    for number, (options, messages, recipients) in enumerate(asked):
        out = tmp_path / str(number)
        done = midtrail("track", "sample_logs", "--format", "parquet", "-o", str(out), *options)
        assert done.stderr == f"{len(messages)} messages, {len(recipients)} recipients written to {out}\n"
        assert sorted(file.name for file in out.iterdir()) == ["messages.parquet", "recipients.parquet"]
        assert pq.read_table(out / "messages.parquet").to_pylist() == messages.to_pylist()
        assert pq.read_table(out / "recipients.parquet").to_pylist() == recipients.to_pylist()
    out = tmp_path / "0"
    midtrail("track", "sample_logs", "--format", "parquet", "-o", str(out), "--mid", "640962")
    (message,) = pq.read_table(out / "messages.parquet").to_pylist()
    (recipient,) = pq.read_table(out / "recipients.parquet").to_pylist()
    assert (message["mid"], recipient["message"]) == (640962, message["message"])
    midtrail("track", "sample_logs", "--format", "parquet", "-o", str(out), "--batches")
    assert pq.read_table(out / "remediations.parquet").to_pylist() == log.remediations().to_pylist()


def test_parse_prints_each_event_at_once() -> None:
    """`tail -F | midtrail parse -` prints an event as soon as its line is complete."""
    with subprocess.Popen(
        [sys.executable, "-m", "midtrail", "parse", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for mid in (7, 8):
            process.stdin.write(f"Mon Sep 13 23:25:07 2021 Info: MID {mid} queued for delivery\n".encode())
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["mid"] == mid
        process.stdin.close()
        assert process.wait() == 0


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("track", "no_such_file"), 2, "no_such_file"),
        (("track", "sample_logs", "--mid", "5"), 1, "no message has the MID 5; the log has MIDs from"),
        (("track", "sample_logs", "--foo"), 2, "--foo"),
        (("parse", "sample_logs", "--tz", "Mars"), 2, "Mars"),
        (("parse", "sample_logs", "--format", "xml"), 2, "xml"),
        (("parse", "sample_logs", "--since", "soon"), 2, "--since 'soon' is no time"),
        (("parse", "sample_logs", "--format", "parquet"), 2, "-o FOLDER"),
        (("track", "sample_logs", "--format", "parquet"), 2, "-o FOLDER"),
        (("track", "sample_logs", "--format", "parquet", "-o", "README.md"), 2, "README.md is a file"),
        (("parse", "sample_logs", "-o", "no_such_folder/x"), 2, "no such folder"),
        (("kinds", "remediation_proces"), 2, "remediation_processed"),
        (("nosuchverb",), 2, "nosuchverb"),
    ],
)
def test_misuse_is_one_clear_line(midtrail: Run, arguments: tuple[str, ...], status: int, says: str) -> None:
    """What is wrong is told in one line on stderr, with the right exit status and no traceback."""
    done = midtrail(*arguments)
    assert done.returncode == status
    (line,) = done.stderr.splitlines()
    assert says in line
    assert line.startswith("midtrail: ")
    assert done.stdout == ""


def test_a_cut_off_gzip_is_told(midtrail: Run, tmp_path: Path) -> None:
    """A gzip that was cut off gives all its whole lines, a line on stderr, and status 1."""
    import gzip  # noqa: PLC0415

    whole = (ROOT / "sample_logs" / "remediation.log").read_bytes() * 200
    cut = tmp_path / "cut.log.gz"
    cut.write_bytes(gzip.compress(whole)[:-200])
    done = midtrail("parse", str(cut))
    assert done.returncode == 1
    assert "cut.log.gz" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert len(done.stdout.splitlines()) > 100


def test_a_closed_pipe_ends_quietly() -> None:
    """`midtrail parse … | head -1` prints one line and no complaint."""
    command = f"{sys.executable} -m midtrail parse sample_logs sample_logs/*.log | head -1"
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, check=False)
    assert done.stderr == b""
    assert len(done.stdout.splitlines()) == 1


def test_explain(midtrail: Run) -> None:
    """An unknown line is shown with a caret where the grammar stopped, the nearest kinds, and what to do."""
    done = midtrail("explain", "Mon Sep 13 23:25:07 2021 Info: MID 640962 queued for collection")
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[0] == "Not recognised: the grammar got 22 of 32 characters far."
    assert lines[3].index("^") == lines[2].index("collection")
    assert any(line.strip().startswith("queued_for_delivery") for line in lines)
    assert max(map(len, lines)) <= 80
    known = midtrail("explain", "Info: MID 640962 queued for delivery")
    assert known.returncode == 0
    assert known.stdout.splitlines()[0] == "queued_for_delivery"
    assert "\x1b" not in midtrail("explain", "MID 7 Subject '\x1b[31mred'").stdout


def test_kinds(midtrail: Run) -> None:
    """`kinds` lists every kind; `kinds --check` tells that all fit."""
    listed = midtrail("kinds").stdout
    assert "  remediation_processed" in listed
    assert max(len(line) for line in listed.splitlines()) <= 80
    assert midtrail("kinds", "--check").returncode == 0
    (row,) = midtrail("kinds", "remediation_processed", "--format", "json").stdout.splitlines()
    assert json.loads(row)["fields"]["mid"] == "integer"


def test_help_has_examples(midtrail: Run) -> None:
    """Every verb has help with examples, and the version is told."""
    for verb in ("parse", "track", "search", "kinds", "explain"):
        assert "Examples:" in midtrail(verb, "--help").stdout
    assert midtrail("--version").stdout == f"midtrail {mt.__version__}\n"


def test_a_cache_that_cannot_be_written(tmp_path: Path) -> None:
    """Without a cache everything works, with one hint in one line."""
    log, cache = tmp_path / "mail.log", tmp_path / "no folder"
    log.write_bytes(b"Mon Sep 13 23:25:07 2021 Info: MID 640962 queued for delivery\n")
    cache.write_bytes(b"")
    done = subprocess.run(
        [str(Path(sys.executable).with_name("midtrail")), "parse", str(log)],
        env={**os.environ, "XDG_CACHE_HOME": str(cache)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert '"kind":"queued_for_delivery"' in done.stdout
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith(f"midtrail: {cache}")
    assert "XDG_CACHE_HOME" in done.stderr
