"""`sluice publish` and `sluice release`: upload a version of a model, and move an environment to it."""

import shlex
from typing import Annotated

import typer

from sluice.commands.console import Env, Json, note, print_json, show
from sluice.environment import Environment
from sluice.models.publish import publish_version
from sluice.models.release import prepare_release
from sluice.models.versions import find_local_bundles
from sluice.project import find_project

Version = Annotated[
    str, typer.Argument(help="The folder of a bundle, or name@hash, of which the first digits are enough.")
]


def publish(version: Version, env: Env = "local", as_json: Json = False) -> None:
    """Upload a model version if it is not there yet."""
    environment = Environment.open(env)
    bucket = environment.output("models")["bucket"]
    published, message = publish_version(environment.client("s3"), bucket, version, find_local_bundles(find_project()))
    show({"version": str(published), "bucket": bucket}, as_json, message)


def release(
    model: Annotated[str | None, typer.Option(help="Version to move to, as for `publish`.")] = None,
    share: Annotated[float | None, typer.Option(help="Traffic share of the newest versions, from 0 to 1.")] = None,
    look: Annotated[bool, typer.Option("--look", help="Publish nothing, for a plan.")] = False,
    env: Env = "local",
    as_json: Json = False,
) -> None:
    """Publish a version and print Terraform variables as shell exports."""
    variables, message = prepare_release(Environment.open(env), model, share, publish=not look)
    if message:
        note(message)
    if as_json:
        print_json(variables)
        return
    for name, value in variables.items():
        print(f"export {name}={shlex.quote(value)}")
