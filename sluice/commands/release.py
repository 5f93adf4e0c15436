"""`sluice release`: what `make apply MODEL=... SHARE=...` is to move."""

import shlex
from typing import Annotated

import typer

from sluice.commands.console import Env, Environment, Json, line, note
from sluice.models import publish as publishing
from sluice.models import release as releasing
from sluice.models import versions
from sluice.terraform.outputs import PROJECT

Version = Annotated[str, typer.Argument(help="A bundle's folder, or name@hash, of which a few digits are enough.")]


def release(
    model: Annotated[str | None, typer.Option(help="The version to move to, as for `publish`.")] = None,
    share: Annotated[float | None, typer.Option(help="The share of calls that the newest versions get.")] = None,
    look: Annotated[bool, typer.Option("--look", help="Publish nothing: for a plan.")] = False,
    env: Env = "local",
    as_json: Json = False,
) -> None:
    """Publish what is to be moved to, and print the settings with which Terraform moves, for eval."""
    deployed, here = Environment.open(env), versions.here(PROJECT)
    outputs = deployed.outputs_if_any
    s3, bucket = deployed.client("s3"), outputs.get("models", {}).get("bucket")
    version = None
    if model and bucket and not look:
        version, said = publishing.publish(s3, bucket, model, here)
        note(said)
    elif model:
        version, _ = publishing.meant(s3, bucket, model, here)
    settings = releasing.exports(releasing.values(outputs, version, share))
    if as_json:
        line(settings)
        return
    for name, value in settings.items():
        print(f"export {name}={shlex.quote(value)}")
