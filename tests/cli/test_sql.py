"""`midtrail sql` as a user runs it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pyarrow.parquet as pq
import pytest

from midtrail.cli._app import run

REMEDIATION = str(Path(__file__).parent.parent.parent / "sample_logs" / "remediation.log")
LEVELS = "select level, count(*) as n from spine group by 1 order by 1 limit 2"


class Done(NamedTuple):
    """How the command ended."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Done]


@pytest.fixture
def midtrail(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command in this process, and return how it ended."""
    monkeypatch.setenv("COLUMNS", "80")

    def done(*arguments: str) -> Done:
        return Done(run(list(arguments)), *capsys.readouterr())

    return done


@pytest.mark.parametrize(
    ("format_", "output"),
    [
        ("table", "level   n\nInfo   26\n\n1 row\n"),
        ("csv", "level,n\r\nInfo,26\r\n"),
        ("json", '{"level":"Info","n":26}\n'),
    ],
)
def test_formats(midtrail: Run, format_: str, output: str) -> None:
    """Each format prints the rows of a query."""
    done = midtrail("sql", LEVELS, REMEDIATION, "--format", format_)
    assert (done.returncode, done.stderr, done.stdout) == (0, "", output)


def test_parquet_needs_a_file_and_is_typed(midtrail: Run, tmp_path: Path) -> None:
    """Parquet goes into the named file, with the types of the tables."""
    refused = midtrail("sql", LEVELS, REMEDIATION, "--format", "parquet")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == "midtrail: --format parquet writes a file: name it with -o FILE\n"
    out = tmp_path / "states.parquet"
    assert midtrail("sql", LEVELS, REMEDIATION, "--format", "parquet", "-o", str(out)).returncode == 0
    assert pq.read_table(out).to_pylist() == [{"level": "Info", "n": 26}]


def test_a_table_shows_the_first_rows_and_counts_the_rest(midtrail: Run) -> None:
    """`--rows` says how many rows a table shows; the others are counted."""
    done = midtrail("sql", "select range as n from range(30000)", REMEDIATION, "--rows", "2")
    assert done.stdout.splitlines() == [
        "n",
        "0",
        "1",
        "",
        "2 of 30,000 rows; 29,998 left out: --rows N shows more, --format csv all",
    ]


def test_formulas_in_csv_are_harmless(midtrail: Run) -> None:
    """A value that a spreadsheet would run gets an apostrophe."""
    done = midtrail("sql", "select '=cmd()' as x, -1 as y", REMEDIATION, "--format", "csv")
    assert done.stdout == "x,y\r\n'=cmd(),-1\r\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("copy messages to 'OUT/x.csv'", REMEDIATION), "The query is no SELECT"),
        (("from read_text('/etc/hostname')", REMEDIATION), "may not read from read_text()"),
        (("select 1", "-o", "OUT/none/x"), "sql takes a QUERY in quotes and then FILES"),
        (("selec 1", "OUT/no_such_file"), "at line 1, character 1"),
        (("from mesages", REMEDIATION), "near to it: messages"),
        (("select count(*) from range(1000000) a, range(1000000) b where a.range + b.range = -1", REMEDIATION, "--timeout", "0.5"), "stopped after 0.5 seconds"),
        (("--schema", "mesages"), "There is no table 'mesages'"),
        (("--schema", "--format", "parquet"), "--schema has no parquet"),
        ((), "sql takes a QUERY in quotes and then FILES"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_one_line(
    midtrail: Run, arguments: tuple[str, ...], says: str, tmp_path: Path
) -> None:
    """Misuse ends with status 2 and one line, prints nothing and changes nothing on disk."""
    done = midtrail("sql", *(word.replace("OUT", str(tmp_path)) for word in arguments))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("midtrail: ")
    assert done.stderr.count("\n") == 1
    assert says in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_failed_query_leaves_the_output_as_it_was(midtrail: Run, tmp_path: Path) -> None:
    """A query that fails midway replaces no file that was there before."""
    out = tmp_path / "out.csv"
    out.write_text("before", encoding="utf-8")
    query = "select case when range = 40000 then 'x'::int else 1 end from range(50000)"
    done = midtrail("sql", query, REMEDIATION, "--format", "csv", "-o", str(out))
    assert done.returncode == 2
    assert [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()] == ["before"]


def test_schema(midtrail: Run) -> None:
    """`--schema` tells tables, columns and kinds, or those that are named, for people and as JSON."""
    whole = midtrail("sql", "--schema").stdout
    assert "messages  one row a message, with its Last State\n" in whole
    assert "  subject               VARCHAR                Subject header as a person reads\n" in whole
    assert "  delivery_bounced                  A recipient cannot be reached (hard" in whole
    assert max(map(len, whole.splitlines())) <= 80
    (table,) = midtrail("sql", "--schema", "remediation_processed", "--format", "json").stdout.splitlines()
    found = json.loads(table)
    assert found["name"] == "remediation_processed"
    assert found["columns"][1] == {
        "name": "mid",
        "type": "BIGINT",
        "meaning": "number of the message on its appliance (MID); counters are reset, so it may come again",
    }
