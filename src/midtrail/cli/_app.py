"""The command `midtrail`: its verbs, and how it ends.

Exit status: 0 done; 1 done, but something could not be read whole, or a verb that looks for something found
nothing; 2 misuse; 130 ended by Ctrl-C. Every error is one line on stderr.
"""

import os
import sys
import warnings
from importlib import import_module
from typing import Annotated, Any

import typer

import midtrail as mt
from midtrail.errors import MidtrailError
from midtrail.text import shown

# typer has its own copy of click since 0.29 and used the package before; its errors are found either way
CommandLineError: Any = next(base for base in typer.BadParameter.__mro__ if base.__name__ == "ClickException")

VERBS = {
    **{verb: f"_{verb}" for verb in ("parse", "track", "search", "findevent", "coverage", "gaps", "sql")},
    **dict.fromkeys(("archive", "restore", "verify"), "_archive"),
    **{verb: f"_{verb}" for verb in ("kinds", "explain", "simulate")},
}
"""The verbs, in the order of the help, and the module of each."""
EXAMPLES = "Start with:  midtrail track mail.@20210913T220000.s    or    midtrail track FOLDER --mid 640962 --format page"
MISUSE = 2
INTERRUPTED = 130
_DUCKDB_INTERRUPTED = ("Query interrupted", "failed: KeyboardInterrupt")
"""How errors end that DuckDB makes of Ctrl-C: while it works, and while it asks what was lent to it."""


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"midtrail {mt.__version__}")
        raise typer.Exit


def midtrail(
    *,
    _version: Annotated[
        bool,
        typer.Option("--version", help="Print the version and end.", is_eager=True, callback=_print_version),
    ] = False,
) -> None:
    """Read mail_logs and tell what became of every message."""


def application(verb: str | None = None) -> typer.Typer:
    """Return the command with one verb, which loads nothing of the others, or with all."""
    app = typer.Typer(
        name="midtrail",
        help="Reads the mail_logs of Cisco's Email Security Appliance and tells what became of every message.",
        epilog=EXAMPLES,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    app.callback()(midtrail)
    wanted = (VERBS[verb],) if verb in VERBS else tuple(dict.fromkeys(VERBS.values()))
    for name in wanted:
        import_module(f"midtrail.cli.{name}").add_to(app)
    return app


def run(arguments: list[str] | None = None) -> int:  # noqa: PLR0911 - one way out for each way to end
    """Run the command line and return its exit status."""
    warnings.showwarning = _warned
    try:
        given = sys.argv[1:] if arguments is None else arguments
        status: Any = application(given[0] if given else None)(arguments, standalone_mode=False)
        sys.stdout.flush()
        if status == INTERRUPTED:  # typer makes an exit of Ctrl-C
            return _fail("interrupted", INTERRUPTED)
    except CommandLineError as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            print(error.format_message())
            return MISUSE
        return _fail(_usage(error))
    except MidtrailError as error:
        return _fail(str(error))
    except (BrokenPipeError, SystemExit) as ended:
        return _closed_pipe(ended)
    except (KeyboardInterrupt, typer.Abort):
        return _fail("interrupted", INTERRUPTED)
    except OSError as error:
        return _fail(f"{error.filename or 'output'}: {error.strerror or error}; nothing more was written")
    except Exception as error:  # noqa: BLE001 - a mistake of ours, not of the user's: still one line
        return _unexpected(error)
    return status if isinstance(status, int) else 0


def _warned(message: Warning | str, *_where: object, **_told: object) -> None:
    """Tell a warning in one line, as all else."""
    print(f"midtrail: {shown(' '.join(str(message).split()))}", file=sys.stderr)


def _unexpected(error: Exception) -> int:
    """Tell a mistake of ours in one line; that DuckDB was interrupted is none."""
    if str(error).rstrip(": ").endswith(_DUCKDB_INTERRUPTED):
        return _fail("interrupted", INTERRUPTED)
    if os.environ.get("MIDTRAIL_DEBUG"):
        raise error
    return _fail(
        f"internal error, {type(error).__name__}: {error}; please report it, with what MIDTRAIL_DEBUG=1 prints"
    )


def _usage(error: Any) -> str:
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "midtrail"
    message = " ".join(error.format_message().split())
    return f"{message.rstrip('.')}; see '{command} --help'"


def _fail(message: str, status: int = MISUSE) -> int:
    print(f"midtrail: {shown(' '.join(message.split()))}", file=sys.stderr)
    return status


def _closed_pipe(ended: BaseException) -> int:
    """End quietly where the reader of our output went away (`| head`); typer makes an exit of that."""
    if isinstance(ended, SystemExit) and not isinstance(ended.__context__, BrokenPipeError):
        raise ended
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
