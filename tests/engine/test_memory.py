"""The memory of columns, which is used again where a process only reads."""

import subprocess
import sys
from pathlib import Path

ALIVE = """
import sys
from midtrail.engine import read_arrow
from midtrail.lines import find_sources
from midtrail.native import keep_memory

def read():
    return list(read_arrow(find_sources(sys.argv[1:])))

def rows(found):
    return [{name: batch.to_pylist() for name, batch in batches.items()} for batches in found]

expected = rows(read())
keep_memory()
first, second = read(), read()
assert rows(first) == rows(second) == expected
for batches in first:
    batches.pop("spine")
third = read()
assert rows(second) == rows(third) == expected
print(sum(len(batches["spine"]) for batches in expected))
"""
LINES = 12_000


def test_memory_in_use_is_not_used_again(tmp_path: Path) -> None:
    """Batches that are held stay as they are while others are let go and more is read into their memory."""
    log = tmp_path / "mail.log"
    line = "Mon Sep 13 23:38:03 2021 Info: MID {0} ICID {0} RID 0 To: <user{0}@example.com>\n"
    log.write_text("".join(line.format(number) for number in range(LINES)))
    command = [sys.executable, "-c", ALIVE, str(log)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == f"{LINES}\n"
