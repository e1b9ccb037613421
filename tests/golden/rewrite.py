"""Golden stories: a folder each, with its logs and what midtrail makes of them.

    python tests/golden/rewrite.py          show what would change, then rewrite it
    python tests/golden/rewrite.py --show   only show it

Beside them, `pages/` has the Message Tracking pages of the short stories of tests/tracking/stories, which tell each
state and each family, and `stories.txt` what is told of them in sentences. A story's folder holds the logs (`*.log`, read in the order in which midtrail puts them), and the expected
`messages.json`, `page.txt`, `story.txt` and `counts.txt`. A new story is a new folder with a log.
"""

import difflib
import importlib.util
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import midtrail as mt

GOLDEN = Path(__file__).parent
EXPECTED = ("messages.json", "page.txt", "story.txt", "counts.txt")


def stories() -> list[Path]:
    """Return the stories' folders."""
    return sorted(path for path in GOLDEN.iterdir() if any(path.glob("*.log")))


def made(story: Path) -> dict[str, str]:
    """Return what midtrail makes of a story's logs, file by file."""
    log = mt.read(sorted(story.glob("*.log")), progress=False, year=2021)
    objects = [_without_folder(message, story) for message in log.objects()]
    kinds = log.sql("SELECT kind, count(*) AS n FROM spine GROUP BY kind ORDER BY kind").to_pylist()
    counts = [f"{name:<32} {count}\n" for name, count in log.coverage.total._asdict().items()]
    counts += [f"{row['kind']:<32} {row['n']}\n" for row in kinds]
    views = list(log.views())
    return {
        "messages.json": "".join(json.dumps(message, indent=1) + "\n" for message in objects),
        "page.txt": "\n".join(view.page_text(None) for view in views),
        "story.txt": "\n".join(view.explain() for view in views),
        "counts.txt": "".join(counts),
    }


def short() -> dict[str, str]:
    """Return the pages of the short stories, and what is told of all of them, by file."""
    stories, lines = _module("test_stories"), _module("conftest")
    with tempfile.TemporaryDirectory() as folder:
        for story in stories.STORIES:
            log = Path(folder, story.name, "mail.log")
            log.parent.mkdir()
            log.write_text("".join(f"{lines.native(line)}\n" for line in story.log), encoding="utf-8")
        found: dict[str, list[str]] = {story.name: [] for story in stories.STORIES}
        told = []
        for view in mt.read(folder, progress=False).views():
            name = view.to_dict()["host"]
            found[name].append(view.page_text(None))
            told.append(f"{name}\n{view.explain()}")
    pages = {f"pages/{name}.txt": "\n".join(told) for name, told in found.items()}
    return {**pages, "stories.txt": "\n".join(told)}


def _module(name: str) -> ModuleType:
    path = GOLDEN.parent / "tracking" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"tracking_{name}", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _without_folder(value: object, story: Path) -> object:
    if isinstance(value, dict):
        return {key: _without_folder(item, story) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_folder(item, story) for item in value]
    return value.removeprefix(f"{story}/") if isinstance(value, str) else value


def expected() -> Iterator[tuple[Path, str]]:
    """Yield every file that is expected, and what midtrail makes of it now."""
    for story in stories():
        for name, text in made(story).items():
            yield story / name, text
    for name, text in short().items():
        yield GOLDEN / name, text


def difference(path: Path, text: str) -> Iterator[str]:
    """Yield the lines of a unified difference between a kept file and what it would be now."""
    name = str(path.relative_to(GOLDEN))
    before = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    yield from difflib.unified_diff(before, text.splitlines(), name, f"{name} (new)", lineterm="")


def main() -> None:
    """Show the differences of all stories, and rewrite them."""
    for path, text in expected():
        for line in difference(path, text):
            print(line)
        if "--show" not in sys.argv:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
