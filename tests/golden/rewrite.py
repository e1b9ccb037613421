"""Golden stories: a folder each, with its logs and what midtrail makes of them.

    python tests/golden/rewrite.py          show what would change, then rewrite it
    python tests/golden/rewrite.py --show   only show it

A story's folder holds the logs (`*.log`, read in the order in which midtrail puts them), and the expected
`messages.json`, `page.txt` and `counts.txt`. A new story is a new folder with a log.
"""

import difflib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import midtrail as mt

GOLDEN = Path(__file__).parent
EXPECTED = ("messages.json", "page.txt", "counts.txt")


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
    pages = "\n".join(view.page_text(None) for view in log.views())
    return {
        "messages.json": "".join(json.dumps(message, indent=1) + "\n" for message in objects),
        "page.txt": pages,
        "counts.txt": "".join(counts),
    }


def _without_folder(value: object, story: Path) -> object:
    if isinstance(value, dict):
        return {key: _without_folder(item, story) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_folder(item, story) for item in value]
    return value.removeprefix(f"{story}/") if isinstance(value, str) else value


def differences(story: Path, result: dict[str, str]) -> Iterator[str]:
    """Yield the lines of a unified difference between what is expected and what is made."""
    for name, text in result.items():
        kept = story / name
        before = kept.read_text(encoding="utf-8").splitlines() if kept.exists() else []
        yield from difflib.unified_diff(
            before, text.splitlines(), f"{story.name}/{name}", f"{story.name}/{name} (new)", lineterm=""
        )


def main() -> None:
    """Show the differences of all stories, and rewrite them."""
    for story in stories():
        result = made(story)
        for line in differences(story, result):
            print(line)
        if "--show" not in sys.argv:
            for name, text in result.items():
                (story / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
