"""The command: python -m build.package [--python 3.13] [--arch arm64] [--engine litert]."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from build.package.error import PackageError
from build.package.make import make
from build.package.manifest import Build
from build.package.target import PYTHONS, Target

ROOT = Path(__file__).parents[2]
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def package(
    python: Annotated[str | None, typer.Option(help=f"One of {', '.join(PYTHONS)}; by default this one.")] = None,
    arch: Annotated[str | None, typer.Option(help="arm64 or x86_64; by default this machine's.")] = None,
    engine: Annotated[
        list[str] | None, typer.Option(help="Make this engine's layer, and keep others that fit; by default all.")
    ] = None,
    out: Annotated[Path, typer.Option(help="The folder above <python>-<arch>.")] = ROOT / "build" / "out",
) -> None:
    """Make every function's zip, every layer and their manifest. Nothing that is unchanged is written again."""
    try:
        target = Target.here(python or None, arch or None)
        build = make(target, ROOT / "lambdas", ROOT / "build" / "layers", out, engine or ())
    except (PackageError, OSError) as error:
        typer.echo(f"build: {_sentence(error)}", err=True)
        raise typer.Exit(1) from None
    show(build, out)


def show(build: Build, out: Path) -> None:
    """Print what was made."""
    table = Table("artifact", "zipped", "unzipped", "SHA-256", "", title=_near(out / str(build.target)))
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
    if build.layers and not any(layer.compiled for layer in build.layers.values()):
        python = build.target.python
        console.print(
            f"The layers are not compiled, which costs a cold start about 0.25 s, as there is no Python {python} here: "
            f"install it, or let uv bring one (uv python install {python}), and build again."
        )


def _near(folder: Path) -> str:
    """The folder as one standing in the project says it."""
    return str(folder.relative_to(ROOT) if folder.is_relative_to(ROOT) else folder)


def _sentence(error: PackageError | OSError) -> str:
    if isinstance(error, PackageError):
        return str(error)
    return f"{error.filename or 'the disk'}: {error.strerror}."


if __name__ == "__main__":
    app()
