"""`python -m localcloud up|down|status|env`: run a local cloud from the command line."""

import shlex
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from localcloud.launcher import LocalCloud
from localcloud.settings import DEFAULT_DIRECTORY, CloudError

Directory = Annotated[Path, typer.Option(help="Directory of the cloud's log, state and sandboxes.")]

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Run AWS services locally, on loopback.")
console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


@app.command()
def up(
    directory: Directory = DEFAULT_DIRECTORY,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on loopback; 0 selects a free one.")] = 0,
) -> None:
    """Start a local cloud that runs until `down`."""
    try:
        with console.status("Starting the local cloud"):
            cloud = LocalCloud.start(directory, port=port, detached=True)
    except CloudError as error:
        _fail(str(error))
    except KeyboardInterrupt:
        _fail("Interrupted: no local cloud was started.", 130)
    console.print(f"The local cloud is running at [bold]{cloud.endpoint}[/] (process {cloud.state.pid}).")
    console.print('Configure AWS clients with: eval "$(python -m localcloud env)"', markup=False)


@app.command()
def down(directory: Directory = DEFAULT_DIRECTORY) -> None:
    """Stop the local cloud and delete everything in it."""
    cloud = LocalCloud.find(directory)
    if cloud is None:
        console.print("No local cloud is running.")
        return
    cloud.stop()
    console.print("The local cloud has stopped.")


@app.command()
def status(directory: Directory = DEFAULT_DIRECTORY) -> None:
    """Show whether a local cloud is running; exit with code 1 if not."""
    cloud = _require_cloud(directory)
    console.print(f"A local cloud is running at [bold]{cloud.endpoint}[/] (process {cloud.state.pid}).")
    console.print(f"Log: {cloud.log}", soft_wrap=True)


@app.command()
def env(directory: Directory = DEFAULT_DIRECTORY) -> None:
    """Print environment variables for AWS clients as shell exports, for eval."""
    for name, value in _require_cloud(directory).environment().items():
        typer.echo(f"export {name}={shlex.quote(value)}")


def _require_cloud(directory: Path) -> LocalCloud:
    cloud = LocalCloud.find(directory)
    if cloud is None:
        _fail("No local cloud is running: start one with `make up`.")
    return cloud


def _fail(message: str, code: int = 1) -> NoReturn:
    errors.print(message, style="red", soft_wrap=True, markup=False)
    raise typer.Exit(code)


if __name__ == "__main__":
    app(prog_name="python -m localcloud")
