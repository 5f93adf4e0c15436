"""`sluice release`: what `make apply MODEL=... SHARE=...` is to move."""

import shlex
from typing import Annotated

import typer

from sluice.commands.console import Env, Environment, Json, line, note
from sluice.models import release as releasing

Version = Annotated[str, typer.Argument(help="A bundle's folder, or name@hash, of which a few digits are enough.")]


def release(
    model: Annotated[str | None, typer.Option(help="The version to move to, as for `publish`.")] = None,
    share: Annotated[float | None, typer.Option(help="The share of calls that the newest versions get.")] = None,
    look: Annotated[bool, typer.Option("--look", help="Publish nothing: for a plan.")] = False,
    env: Env = "local",
    as_json: Json = False,
) -> None:
    """Publish what is to be moved to, and print the settings with which Terraform moves, for eval."""
    settings, message = releasing.prepare_release(Environment.open(env), model, share, publish=not look)
    if message:
        note(message)
    if as_json:
        line(settings)
        return
    for name, value in settings.items():
        print(f"export {name}={shlex.quote(value)}")
