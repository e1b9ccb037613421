"""What the benchmarks take from inside the engine is still there."""

import importlib.util
from functools import reduce
from importlib import import_module
from pathlib import Path

STAGES = Path(__file__).parent.parent / "benchmarks" / "stages.py"


def test_all_stages_are_there() -> None:
    """Where the time goes is told by functions that exist, else a stage would be told as none."""
    spec = importlib.util.spec_from_file_location("stages", STAGES)
    assert spec is not None
    assert spec.loader is not None
    stages = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(stages)
    places = [place for places in stages.STAGES.values() for place in places]
    assert len(places) >= len(stages.STAGES) >= 5
    for module, _, path in (place.partition(":") for place in places):
        assert callable(reduce(getattr, path.split("."), import_module(module)))
