"""What `make` does with the state that a team shares: `python -m sluice.terraform`."""

import json
import sys
from pathlib import Path
from typing import Annotated

import boto3
import typer
from botocore.exceptions import BotoCoreError, ClientError

from sluice import aws_errors
from sluice.errors import SluiceError
from sluice.terraform import bootstrap as bootstrapping
from sluice.terraform import command, initialise, outputs, policies, saved_plan
from sluice.terraform import restore as restoring
from sluice.terraform.history import History
from sluice.terraform.state_location import Place

Environment = Annotated[str, typer.Argument(help="One of terraform/environments/, by its name.")]

_SHOWN = 20  # each is read whole

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)


@app.command()
def bootstrap(environment: Environment) -> None:
    """Make the bucket that keeps the state, and the operators' policies; once is enough, more do no harm."""
    try:
        place = bootstrapping.bootstrap(environment)
    except KeyboardInterrupt:
        print(f"Interrupted: `make bootstrap ENV={environment}` goes on where this stopped.", file=sys.stderr)
        raise typer.Exit(130) from None
    except command.TerraformError as failed:
        raise SluiceError(
            f"{failed} Once that is mended, `make bootstrap ENV={environment}` goes on where it stopped."
        ) from failed
    print(f"s3://{place.bucket} keeps the state of {' and '.join(place.keys)}. Next: make apply ENV={environment}")


@app.command("policies")
def show_policies(
    environment: Environment,
    account: Annotated[str, typer.Option(help="The AWS account's number; left out: that of the credentials.")] = "",
) -> None:
    """Print the operators' policies by their names, as JSON."""
    place, session = Place.of(environment), boto3.Session()
    where = {
        "account": account or session.client("sts", region_name=place.region).get_caller_identity()["Account"],
        "partition": session.get_partition_for_region(place.region),
    }
    made = {
        policies.name(environment, kind): policies.render(place, environment, kind, **where) for kind in policies.KINDS
    }
    print(json.dumps(made, indent=2))


@app.command()
def init(environment: Environment) -> None:
    """`terraform init` with the environment's backend."""
    initialise.initialise(environment)


@app.command()
def apply(
    environment: Environment,
    plan: Path,
    lock_timeout: Annotated[str, typer.Option(help="How long to wait for the lock, such as 60s.")] = "0s",
) -> None:
    """Apply a saved plan exactly as it was saved."""
    saved_plan.apply(environment, plan, f"-lock-timeout={lock_timeout}")


@app.command()
def versions(
    environment: Environment,
    *,
    every: Annotated[bool, typer.Option("--all", help="Also those before the newest twenty.")] = False,
) -> None:
    """List the versions of the state, the newest first."""
    history = History.of(environment)
    found = history.versions()
    shown = found if every else found[:_SHOWN]
    print(f"{'version':38}{'written (UTC)':22}{'serial':8}resources")
    for version, held in zip(shown, history.summaries(shown), strict=True):
        holds = "unreadable" if held is None else f"{held.serial:<8}{held.resources}"
        current = "   (current)" if version.current else ""
        print(f"{version.id:38}{version.written:%Y-%m-%d %H:%M:%S}   {holds}{current}")
    if older := len(found) - len(shown):
        print(f"{older} older: make state-versions ENV={environment} ALL=1")


@app.command()
def restore(environment: Environment, version: str) -> None:
    """Make an older version of the state the current one again."""
    print(restoring.restore(History.of(environment), version))


def main() -> None:
    """Run a command; what goes wrong is told in a sentence."""
    try:
        app(prog_name="python -m sluice.terraform")
    except (SluiceError, OSError, outputs.StackError) as error:
        sentence = str(error)
    except (BotoCoreError, ClientError) as error:
        sentence = aws_errors.sentence(error)
    else:
        return
    print(sentence, file=sys.stderr)
    sys.exit(1)


if __name__ == "__main__":
    main()
