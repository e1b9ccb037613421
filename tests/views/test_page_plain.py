"""The plain page is, to the letter, what rich draws."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.text import Text

import midtrail as mt
from midtrail.views import page_plain
from midtrail.views.page_plain import _broken

SAMPLE_LOGS = Path(__file__).parents[2] / "sample_logs"
_WORDS = st.sampled_from(["a", "b ", "  ", "word ", "longerword", "-", "é", "—", " "])


@pytest.mark.parametrize("width", [30, 80, 120])
def test_as_rich_draws_it(width: int) -> None:
    """Each page of the sample logs, where it is wide enough for its columns, and where it is not."""
    views = list(mt.read(SAMPLE_LOGS, progress=False).views())
    assert len(views) > 70
    assert all((page_plain.text(view.page(), width) is None) == (width < 61) for view in views)
    assert [view.page_text(width) for view in views] == [view._drawn(width) for view in views]


@given(st.lists(_WORDS).map("".join), st.integers(1, 30))
def test_texts_are_broken_as_rich_breaks_them(text: str, width: int) -> None:
    """Blanks at a line's end, which no page has, may differ."""
    broken = Text(text).wrap(Console(width=width), width, overflow="fold")
    assert [line.rstrip() for line in _broken(text, width)] == [line.plain.rstrip() for line in broken]
