"""The golden stories: logs and what midtrail makes of them, side by side."""

import importlib.util
from pathlib import Path

import pytest

_SPEC = importlib.util.spec_from_file_location("golden_rewrite", Path(__file__).parent / "rewrite.py")
assert _SPEC is not None
assert _SPEC.loader is not None
rewrite = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(rewrite)


@pytest.mark.parametrize("story", rewrite.stories(), ids=lambda story: story.name)
def test_story(story: Path) -> None:
    """Page, story, JSON and counts of a story are as they were agreed (`just golden` shows and rewrites them)."""
    changed = [
        line for name, text in rewrite.made(story).items() for line in rewrite.difference(story / name, text)
    ]
    assert "\n".join(changed) == ""


def test_short_stories() -> None:
    """Page and sentences of each state, each family and each hostile story are as they were agreed."""
    made = rewrite.short()
    changed = [
        line for name, text in made.items() for line in rewrite.difference(rewrite.GOLDEN / name, text)
    ]
    assert "\n".join(changed) == ""
    kept = {f"pages/{path.name}" for path in (rewrite.GOLDEN / "pages").glob("*.txt")}
    assert kept | {"stories.txt"} == set(made)


def test_there_are_stories() -> None:
    """Each story tells its name and holds all that is expected of it."""
    names = {story.name for story in rewrite.stories()}
    assert {"remediation_ctr", "bounce_5xx", "quarantine_released", "hostile_subject"} <= names
    assert [
        story for story in rewrite.stories() for name in rewrite.EXPECTED if not (story / name).exists()
    ] == []
