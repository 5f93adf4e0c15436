"""The command line `sluice`: its commands, and how errors end them."""

import json
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import typer

from sluice.commands import cost, dead, doctor, job, models, results, send, serve, status, terraform
from sluice.commands.console import note
from sluice.errors import SluiceError, convert_error
from sluice.project import find_project

_HELP = (
    "Operate an environment: classify images, check its status, and repair it.\n\n"
    "The environment `local` is the local cloud that `make up` starts. All others are reached with the AWS credentials "
    "of the shell, in the region of the environment. Resources are found in the outputs of Terraform. AWS_ENDPOINT_URL "
    "and TF_DATA_DIR are used if they are set."
)
_EPILOG = (
    "Exit codes: 0 success; 1 failure, with a message on standard error (with --json, an object with the field "
    "`error`); 2 wrong usage; 130 interrupted by Ctrl-C."
)
_LOG = "sluice-error.log"

app = typer.Typer(name="sluice", no_args_is_help=True, pretty_exceptions_enable=False, help=_HELP, epilog=_EPILOG)

# In the order of `sluice --help`. A command with subcommands is a Typer application of its own.
app.add_typer(dead.app, name="dead")
app.command()(send.send)
app.command()(results.results)
app.add_typer(job.app, name="job")
app.command()(status.status)
app.command()(cost.cost)
app.command()(doctor.doctor)
app.command()(serve.serve)
app.command()(models.publish)
app.command()(models.release)
app.add_typer(terraform.app, name="terraform")


def main() -> None:
    """Run the command of sys.argv; print an error as a message, or as JSON with --json, and exit with its code."""
    try:
        app(prog_name="sluice")
    except Exception as error:
        _exit(convert_error(error) or SluiceError(_describe_internal_error(error)))


def _exit(error: SluiceError) -> NoReturn:
    if "--json" in sys.argv:
        print(json.dumps({"error": str(error), **error.details}), file=sys.stderr)
    else:
        note(str(error))
    sys.exit(error.exit_code)


def _describe_internal_error(error: Exception) -> str:
    """Write the traceback to a file, and return a message that names the file."""
    summary = f"Internal error: {type(error).__name__}: {str(error)[:200] or 'no message'}. This is a bug in sluice"
    details = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} {sys.argv}\n{''.join(traceback.format_exception(error))}\n"
    for folder in _log_folders():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / _LOG).write_text(details)
        except OSError:
            continue
        return f"{summary}; the traceback is in {folder / _LOG}."
    return f"{summary}; the traceback could not be written to a file."


def _log_folders() -> Iterator[Path]:
    with suppress(SluiceError):  # outside a project
        yield find_project() / "build" / "out"
    yield Path(tempfile.gettempdir())
