"""One line, read by the kernel alone, is the event that Lark makes of it."""

import subprocess
import sys

import pytest

from midtrail.engine import single
from midtrail.engine.kernel import Kernel, kernel
from midtrail.events import all_kinds
from midtrail.grammar import lark_engine

SAMPLES = [text for event in all_kinds().values() for text in (event.sample, *event.also) if text]
OTHERS = ["", " ", "no such line", "MID 7", "MID 7 ICID 8 From: <a@b.test> and more"]


@pytest.fixture(scope="module")
def engine() -> Kernel:
    """Return the kernel."""
    found = kernel()
    assert found is not None
    return found


@pytest.mark.parametrize("text", [*SAMPLES, *OTHERS, *(f" {text} " for text in SAMPLES)])
def test_the_kernel_makes_the_event_that_lark_makes(text: str, engine: Kernel) -> None:
    """Whatever the line."""
    parsed = lark_engine.parse(text)
    found = single.cut(engine, text)
    if isinstance(parsed, lark_engine.Unparsed):
        assert found is None
    else:
        assert found is not None
        assert single._event(found) == lark_engine.event(parsed)


def test_what_the_kernel_leaves_lark_reads(engine: Kernel) -> None:
    """A byte that is no UTF-8."""
    text = "MID 7 Subject 'caf\udce9'"
    with pytest.raises(single.LeftError):
        single.cut(engine, text)
    event = single.event_of(text)
    assert event is not None
    assert event.values() == {"mid": 7, "subject": "caf\udce9"}


def test_lark_is_not_loaded_for_a_line_that_the_kernel_reads() -> None:
    """A look-up tells a delay so."""
    code = (
        "import sys; from midtrail.engine import single;"
        "print(single.event_of('MID 7 queued for delivery').mid, 'lark' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "7 False\n"
