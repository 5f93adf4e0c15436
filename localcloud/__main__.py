"""`python -m localcloud up|down|status|env`: a local cloud for people who want to look around."""

import shlex
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from localcloud.environments import DIRECTORY, CloudError
from localcloud.launcher import LocalCloud

Directory = Annotated[Path, typer.Option(help="Where the cloud keeps its log, its state and its sandboxes.")]

app = typer.Typer(no_args_is_help=True, add_completion=False, help="A local cloud: AWS on loopback.")
console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


@app.command()
def up(
    directory: Directory = DIRECTORY,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Loopback port; 0 takes a free one.")] = 0,
) -> None:
    """Start a local cloud that runs until `down`."""
    try:
        with console.status("Starting the local cloud"):
            cloud = LocalCloud.start(directory, port=port, detached=True)
    except CloudError as error:
        _fail(str(error))
    except KeyboardInterrupt:
        _fail("Interrupted: no local cloud was started.", 130)
    console.print(f"The local cloud serves on [bold]{cloud.endpoint}[/] (process {cloud.state.pid}).")
    console.print('Point a client at it with: eval "$(python -m localcloud env)"', markup=False)


@app.command()
def down(directory: Directory = DIRECTORY) -> None:
    """Stop the local cloud, and with it all that it holds."""
    cloud = LocalCloud.find(directory)
    if cloud is None:
        console.print("No local cloud runs.")
        return
    cloud.stop()
    console.print("The local cloud has stopped.")


@app.command()
def status(directory: Directory = DIRECTORY) -> None:
    """Say whether a local cloud runs; exit code 1 when none does."""
    cloud = _found(directory)
    console.print(f"A local cloud serves on [bold]{cloud.endpoint}[/] (process {cloud.state.pid}).")
    console.print(f"Log: {cloud.log}", soft_wrap=True)


@app.command()
def env(directory: Directory = DIRECTORY) -> None:
    """Print the variables for AWS clients as shell exports, for eval."""
    for name, value in _found(directory).environment().items():
        typer.echo(f"export {name}={shlex.quote(value)}")


def _found(directory: Path) -> LocalCloud:
    cloud = LocalCloud.find(directory)
    if cloud is None:
        _fail("No local cloud runs: start one with `make up`.")
    return cloud


def _fail(sentence: str, code: int = 1) -> NoReturn:
    errors.print(sentence, style="red", soft_wrap=True, markup=False)
    raise typer.Exit(code)


if __name__ == "__main__":
    app(prog_name="python -m localcloud")
