"""The command python -m build.package [--python 3.13] [--arch arm64] [--engine litert]."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from build.errors import PackageError
from build.package.artifacts import Build
from build.package.builder import build_all
from build.package.target import PYTHONS, Target

ROOT = Path(__file__).parents[2]
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def package(
    python: Annotated[
        str | None, typer.Option(help=f"Python version: {', '.join(PYTHONS)}. Default: the running one.")
    ] = None,
    arch: Annotated[str | None, typer.Option(help="arm64 or x86_64. Default: this machine's.")] = None,
    engine: Annotated[
        list[str] | None,
        typer.Option(help="Build the layer of this engine only; keep others that are up to date. Default: all."),
    ] = None,
    out: Annotated[Path, typer.Option(help="Output folder; artifacts go to <out>/<python>-<arch>.")] = ROOT
    / "build"
    / "out",
) -> None:
    """Build the zips of all functions, the layers and their manifest. Unchanged files are not written again."""
    try:
        target = Target.current(python or None, arch or None)
        build = build_all(target, ROOT / "lambdas", ROOT / "build" / "layers", out, engine or ())
    except (PackageError, OSError) as error:
        typer.echo(f"build: {_describe(error)}", err=True)
        raise typer.Exit(1) from None
    print_build(build, out)


def print_build(build: Build, out: Path) -> None:
    """Print a table of the artifacts, and notes on bytecode and platform."""
    table = Table("artifact", "zipped", "unzipped", "SHA-256", "", title=_short(out / str(build.target)))
    for column in table.columns[1:3]:
        column.justify = "right"
    for artifact in build.artifacts():
        state = "unchanged" if artifact.data is None else "built"
        table.add_row(
            artifact.file, f"{artifact.zipped_bytes:,}", f"{artifact.unzipped_bytes:,}", artifact.sha256[:12], state
        )
    console = Console()
    console.print(table)
    if not build.target.runs_on_aws:
        console.print("For this machine only: on AWS the litert layer needs Python 3.12 or newer (glibc 2.28).")
    if not build.layers:
        return
    if any(layer.compiled for layer in build.layers.values()):
        console.print(f"Layers compiled to bytecode by {build.compiler}.", highlight=False)
    else:
        python = build.target.python
        console.print(
            f"Layers are not compiled to bytecode, which adds about 0.25 s to a cold start: Python {python} is not "
            f"installed. Install it, for example with `uv python install {python}`, and build again."
        )


def _short(folder: Path) -> str:
    return str(folder.relative_to(ROOT) if folder.is_relative_to(ROOT) else folder)


def _describe(error: PackageError | OSError) -> str:
    if isinstance(error, PackageError):
        return str(error)
    return f"{error.filename or 'the disk'}: {error.strerror}."


if __name__ == "__main__":
    app()
