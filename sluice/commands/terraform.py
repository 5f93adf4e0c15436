"""`sluice terraform`: deploy an environment, and manage the state that a team shares."""

import json
import os
from pathlib import Path
from typing import Annotated

import boto3
import typer

from sluice.commands.console import Env, note
from sluice.environment import Environment
from sluice.errors import SluiceError
from sluice.models import release
from sluice.terraform import bootstrap as bootstrapping
from sluice.terraform import operations
from sluice.terraform import policies as operator_policies
from sluice.terraform.history import StateHistory
from sluice.terraform.restore import restore_version
from sluice.terraform.runner import TerraformError
from sluice.terraform.state_location import StateLocation

LockTimeout = Annotated[
    str | None, typer.Option(help="Wait this long for the state's lock, for example 5m. Default: do not wait.")
]
Model = Annotated[str | None, typer.Option(help="Version to move to: a bundle's folder, or name@hash.")]
Share = Annotated[float | None, typer.Option(help="Traffic share of the newest versions, from 0 to 1.")]
AutoApprove = Annotated[bool, typer.Option("--auto-approve", help="Do not ask for confirmation.")]

_LISTED_VERSIONS = 20  # each is downloaded whole to summarize it

app = typer.Typer(no_args_is_help=True, help="Deploy an environment with Terraform, and manage its state.")


@app.command()
def bootstrap(env: Env = "local") -> None:
    """Create the state bucket of an environment, and its operators' policies. Running it again is safe."""
    operations.enter(env)
    try:
        location = bootstrapping.bootstrap(env)
    except KeyboardInterrupt:
        note(f"Interrupted: `make bootstrap ENV={env}` continues where this stopped.")
        raise typer.Exit(130) from None
    print(f"s3://{location.bucket} keeps the state of {' and '.join(location.keys)}. Next: make apply ENV={env}")


@app.command()
def policies(
    account: Annotated[
        str | None, typer.Option(help="Number of the AWS account; without it, the one of your credentials.")
    ] = None,
    env: Env = "local",
) -> None:
    """Print the IAM policies of an environment's operators as JSON, by name."""
    location, session = StateLocation.from_environment(env), boto3.Session()
    if account is None:
        operations.enter(env)
        session = boto3.Session()
        account = str(session.client("sts").get_caller_identity()["Account"])
    partition = session.get_partition_for_region(location.region)
    documents = {
        operator_policies.policy_name(env, kind): operator_policies.render_policy(
            location, env, kind, account=account, partition=partition
        )
        for kind in operator_policies.KINDS
    }
    print(json.dumps(documents, indent=2))


@app.command()
def init(env: Env = "local") -> None:
    """Initialize Terraform with an environment's backend."""
    operations.initialize(env)


@app.command()
def plan(
    out: Annotated[Path | None, typer.Option(help="File to save the plan to.")] = None,
    model: Model = None,
    share: Share = None,
    lock_timeout: LockTimeout = None,
    env: Env = "local",
) -> None:
    """Show the changes that `apply` would make."""
    operations.initialize(env)
    _set_release(env, model, share, publish=False)
    operations.plan(env, out=out, lock_timeout=lock_timeout)


@app.command()
def apply(
    plan: Annotated[Path | None, typer.Option(help="A saved plan to apply exactly as it was saved.")] = None,
    model: Model = None,
    share: Share = None,
    lock_timeout: LockTimeout = None,
    auto_approve: AutoApprove = False,
    env: Env = "local",
) -> None:
    """Deploy an environment."""
    if plan and (model or share is not None):
        raise SluiceError(
            f"PLAN={plan} is applied as it was saved: give MODEL and SHARE to make plan instead.", exit_code=2
        )
    operations.initialize(env)
    _set_release(env, model, share, publish=True)
    operations.apply(env, saved=plan, lock_timeout=lock_timeout, auto_approve=auto_approve)


@app.command()
def destroy(lock_timeout: LockTimeout = None, auto_approve: AutoApprove = False, env: Env = "local") -> None:
    """Remove an environment."""
    operations.initialize(env)
    operations.destroy(env, lock_timeout=lock_timeout, auto_approve=auto_approve)


@app.command(context_settings={"ignore_unknown_options": True})
def run(
    arguments: Annotated[
        list[str] | None,
        typer.Argument(metavar="COMMAND", help="Terraform's command and its arguments.", show_default=False),
    ] = None,
    env: Env = "local",
) -> None:
    """Run any Terraform command in an environment; put -- before it if it has options."""
    operations.initialize(env)
    if not arguments:
        raise SluiceError(
            f'Give a Terraform command, for example make terraform ENV={env} DO="state list".', exit_code=2
        )
    try:
        operations.run(env, arguments)
    except TerraformError as error:
        raise typer.Exit(error.returncode) from error


@app.command()
def state_versions(
    every: Annotated[bool, typer.Option("--all", help="List all versions instead of the newest 20.")] = False,
    env: Env = "local",
) -> None:
    """List the versions of an environment's state, the newest first."""
    operations.enter(env)
    history = StateHistory.from_environment(env)
    versions = history.list_versions()
    listed = versions if every else versions[:_LISTED_VERSIONS]
    print(f"{'version':38}{'written (UTC)':22}{'serial':8}resources")
    for version, summary in zip(listed, history.summarize(listed), strict=True):
        content = "unreadable" if summary is None else f"{summary.serial:<8}{summary.resources}"
        current = "   (current)" if version.current else ""
        print(f"{version.id:38}{version.written:%Y-%m-%d %H:%M:%S}   {content}{current}")
    if older := len(versions) - len(listed):
        print(f"{older} older versions: make state-versions ENV={env} ALL=1")


@app.command()
def state_restore(
    version: Annotated[str, typer.Argument(help="Id of the version, or its first characters.")], env: Env = "local"
) -> None:
    """Make an older version of an environment's state the current one."""
    operations.enter(env)
    print(restore_version(StateHistory.from_environment(env), version))


def _set_release(env: str, model: str | None, share: float | None, *, publish: bool) -> None:
    """Set Terraform's variables for a move to a version of a model, or for a canary release."""
    if model is None and share is None:
        return
    settings, message = release.prepare_release(Environment.open(env), model, share, publish=publish)
    if message:
        note(message)
    os.environ |= settings
