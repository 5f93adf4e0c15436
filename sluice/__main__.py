"""The operator's command line: `sluice ...`, or `python -m sluice ...`."""

import json
import sys
from collections.abc import Mapping

import typer
from botocore.exceptions import BotoCoreError, ClientError

from build.bundle import BundleError
from localcloud import CloudError
from sluice import aws_errors
from sluice.commands import (
    cost,
    dead,
    doctor,
    internal_error,
    job,
    publish,
    release,
    results,
    send,
    serve,
    status,
    terraform,
)
from sluice.commands.console import note
from sluice.errors import SluiceError
from sluice.models.release import ReleaseError
from sluice.models.versions import VersionError
from sluice.sqs.messages import SendError

_HELP = (
    "Classify images with what is deployed, see how it does, and repair it.\n\n"
    "The environment `local` is the cloud of `make up`; any other is met with the AWS credentials and region of the "
    "shell. Addresses are those of `terraform output`. AWS_ENDPOINT_URL and TF_DATA_DIR are heeded where they are set."
)
_ENDS = (
    "Exit codes: 0 done; 1 not done, and a sentence on standard error says why (with --json an object with `error`); "
    "2 wrong usage; 130 Ctrl-C."
)

app = typer.Typer(name="sluice", no_args_is_help=True, pretty_exceptions_enable=False, help=_HELP, epilog=_ENDS)

# One line a command, in the order of `sluice --help`; several under one name are a Typer of their own (add_typer).
app.add_typer(dead.app, name="dead")
app.command()(send.send)
app.command()(results.results)
app.add_typer(job.app, name="job")
app.command()(status.status)
app.command()(cost.cost)
app.command()(doctor.doctor)
app.command()(serve.serve)
app.command()(publish.publish)
app.command()(release.release)
app.add_typer(terraform.app, name="terraform")

_SENTENCES = (BundleError, CloudError, ReleaseError, SendError, VersionError)


def main() -> None:
    """Run a command; what goes wrong is told in a sentence, and by the exit code (see docs/command-line.md)."""
    try:
        app(prog_name="sluice")
    except SluiceError as told:
        _fail(str(told), told.exit_code, told.facts)
    except OSError as error:
        _fail(f"{error.filename}: {error.strerror}." if error.filename else str(error))
    except _SENTENCES as error:
        _fail(str(error))
    except (BotoCoreError, ClientError) as error:
        _fail(aws_errors.sentence(error))
    except Exception as error:
        _fail(internal_error.sentence(error))


def _fail(sentence: str, exit_code: int = 1, facts: Mapping[str, object] | None = None) -> None:
    if "--json" in sys.argv:
        print(json.dumps({"error": sentence, **(facts or {})}), file=sys.stderr)
    else:
        note(sentence)
    sys.exit(exit_code)


if __name__ == "__main__":
    main()
