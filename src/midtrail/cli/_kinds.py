"""`midtrail kinds`: the kinds of line that midtrail knows."""

import sys
from typing import Annotated

import typer

from midtrail.errors import GrammarError, UsageError

HELP = """List the kinds of line that midtrail knows, with their fields and a sample line each.

Examples:

  midtrail kinds

  midtrail kinds remediation_processed

  midtrail kinds --check
"""


def add_to(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command("kinds", help=HELP)(kinds)


def kinds(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[KIND]...", help="Only these kinds, in full.", show_default=False),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Check that grammar and declarations fit; 1 where they do not.")
    ] = False,
    format_: Annotated[
        str, typer.Option("--format", metavar="table|json", help="How to print them.")
    ] = "table",
) -> int:
    """List the kinds of line."""
    from midtrail.formats import dumps  # noqa: PLC0415 - the grammar only where it is printed
    from midtrail.grammar import reference  # noqa: PLC0415 - the grammar is loaded only by verbs that need it

    if check:
        return _check()
    known = reference.kinds()
    unknown = [name for name in names or [] if name not in known]
    if unknown:
        raise UsageError(
            f"There is no kind {unknown[0]!r}; near to it: {', '.join(reference.near(unknown[0])) or 'none'}"
        )
    chosen = [known[name] for name in (names or known)]
    if format_ == "json":
        for kind in chosen:
            print(dumps(kind._asdict()))
    elif format_ == "table":
        for line in reference.in_full(chosen) if names else reference.as_table(chosen):
            print(line)
    else:
        raise UsageError(f"--format {format_!r} is not known here: table or json")
    return 0


def _check() -> int:
    from midtrail import engine  # noqa: PLC0415 - likewise
    from midtrail.grammar import reference  # noqa: PLC0415 - likewise

    try:
        problems = [*reference.check(), *engine.check()]
    except GrammarError as error:
        problems = [str(error)]
    for problem in problems:
        print(f"midtrail: {problem}", file=sys.stderr)
    if not problems:
        print(reference.summary())
        print(engine.summary())
    return 1 if problems else 0
