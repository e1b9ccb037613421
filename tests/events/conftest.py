"""The checks of every family: test_<family>.py holds its tables, and what they promise stands here once.

WORDINGS: lines as the appliance writes them, each with its kind and the fields that it tells; all others are null.
HOSTILE: the same, with values that look like parts of the line itself, or are blanks.
OTHERS: lines that only look like the family's.
"""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from midtrail.events import all_kinds, family_of
from midtrail.grammar import lark_engine

FAMILIES = frozenset(family_of(declaration) for declaration in all_kinds().values() if declaration.ruled)
COLUMNS = {"WORDINGS": ("line", "kind", "fields"), "HOSTILE": ("line", "kind", "fields"), "OTHERS": ("line",)}
CHECKS: dict[Callable[..., None], str] = {}
"""The checks, and the table over whose rows each one runs."""
UP_TO_THE_FIRST_ID = re.compile(r"^\D*\d+")


class Family(pytest.Module):
    """A family's test file, with the checks of its tables beside its own tests."""

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        """Give the file every check that it has a table for; a list that is no table would go unchecked."""
        own = vars(self.obj)
        lists = {name for name, value in own.items() if isinstance(value, list)}
        if "WORDINGS" not in lists or not lists <= set(COLUMNS):
            raise self.CollectError(
                f"{self.path.name}: WORDINGS must be there, and all lists among {[*COLUMNS]}"
            )
        own.update({check.__name__: check for check, table in CHECKS.items() if table in lists})
        return super().collect()


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """Take a family's test file for what it is."""
    if module_path.stem.removeprefix("test_") in FAMILIES:
        family: pytest.Module = Family.from_parent(parent, path=module_path)
        return family
    return None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a check once for each row of its table, with the columns that it asks for; the line is the test's name."""
    table = CHECKS.get(metafunc.function)
    wanted = [name for name in COLUMNS.get(table or "", ()) if name in metafunc.fixturenames]
    if table is not None and wanted:
        rows = [row if isinstance(row, tuple) else (row,) for row in getattr(metafunc.module, table)]
        places = [COLUMNS[table].index(name) for name in wanted]
        asked = [tuple(row[place] for place in places) for row in rows]
        metafunc.parametrize(wanted, asked, ids=[line for line, *_ in rows])


def over(table: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a function a check of a table."""

    def register(check: Callable[..., None]) -> Callable[..., None]:
        CHECKS[check] = table
        return check

    return register


def assert_reads(line: str, kind: str, fields: dict[str, object]) -> None:
    """Fail unless a line is of a kind, tells exactly these fields, and prints back."""
    parsed = lark_engine.parse(line)
    assert isinstance(parsed, lark_engine.Parsed), f"not recognised from here: {line[parsed.reached :]!r}"
    event = lark_engine.event(parsed)
    nulls = dict.fromkeys(event.values())
    assert (event.kind, event.values(), event.body()) == (kind, {**nulls, **fields}, line)


@over("WORDINGS")
def test_each_wording_gives_its_kind_and_every_field(line: str, kind: str, fields: dict[str, object]) -> None:
    """A wording of the family parses to its kind with exactly these fields, and prints back."""
    assert_reads(line, kind, fields)


@over("WORDINGS")
def test_blanks_around_a_line_change_nothing(line: str, kind: str, fields: dict[str, object]) -> None:
    """Blanks before and behind the text, as old builds print them, belong to no field, and print back."""
    assert_reads(f"{line}  ", kind, fields)
    assert_reads(f"  {line}  ", kind, fields)


@over("WORDINGS")
def test_a_line_that_repeats_itself_loses_nothing(line: str) -> None:
    """A line behind which all of it, or all behind its first id, stands again and again prints back, or is unknown."""
    for rest in (line, UP_TO_THE_FIRST_ID.sub("", line)):
        parsed = lark_engine.parse(line + rest * 200)
        assert (
            isinstance(parsed, lark_engine.Unparsed) or lark_engine.event(parsed).body() == line + rest * 200
        )


@over("WORDINGS")
def test_the_tables_show_every_kind(request: pytest.FixtureRequest) -> None:
    """No kind of the family goes without a line here, and no line of another family stands here."""
    rows = [*request.module.WORDINGS, *getattr(request.module, "HOSTILE", ())]
    family = request.path.stem.removeprefix("test_")
    kinds = {kind for kind, declaration in all_kinds().items() if family_of(declaration) == family}
    assert {kind for _, kind, _ in rows} == kinds


@over("HOSTILE")
def test_values_that_look_like_the_line_itself_stay_whole(
    line: str, kind: str, fields: dict[str, object]
) -> None:
    """A value may hold quotes, brackets and the very words that follow it, and still prints back."""
    assert_reads(line, kind, fields)


@over("OTHERS")
def test_a_line_of_another_shape_is_not_recognised(line: str) -> None:
    """A line that only looks alike (cut off, of another log, or with no id) is no event."""
    assert isinstance(lark_engine.parse(line), lark_engine.Unparsed)
