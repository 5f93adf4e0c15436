"""Make a bundle of your own model: `make model` calls it. docs/models.md shows every source."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from build.errors import ModelImportError
from build.model import options
from build.model.silence import silence

if TYPE_CHECKING:
    from build.model.make import Made

app = typer.Typer(add_completion=False, help=__doc__)


@app.command()
def main(
    source: Annotated[str, typer.Argument(help="A file, a folder, or keras:NAME.")] = "",
    name: Annotated[str, typer.Option(help="The model's name: small letters, digits and hyphens.")] = "",
    labels: Annotated[str, typer.Option(help="A text or JSON file of labels, or the folder of 2012's two maps.")] = "",
    size: Annotated[str, typer.Option(help="224, or height x width: 224x320.")] = "",
    scale: Annotated[str, typer.Option(help="0..1, -1..1, 0..255, 1/255, or SCALE,OFFSET.")] = "",
    decode: Annotated[str, typer.Option(help="exact, or fast: large JPEGs at a smaller scale.")] = "exact",
    engine: Annotated[str, typer.Option(help="litert or tensorflow.")] = "litert",
    precision: Annotated[str, typer.Option(help="float32, float16 or int8.")] = "float32",
    agreement: Annotated[str, typer.Option(help="The least share of images with the same best label.")] = "",
    weights: Annotated[str, typer.Option(help="For keras:NAME: imagenet, none, or a weights file.")] = "imagenet",
    images: Annotated[str, typer.Option(help="A folder of images to compare by; else generated ones.")] = "",
    softmax: Annotated[str, typer.Option(help="yes or no; else as the model's scores ask for.")] = "",
    models: Annotated[Path, typer.Option(help="Where bundles go.")] = Path("models"),
    *,
    traceback: Annotated[bool, typer.Option("--traceback", help="Show where an unforeseen error comes from.")] = False,
) -> None:
    """Turn a model into a bundle: MODELS/NAME/<first 12 of its hash>."""
    try:
        asked = options.Wish(
            source=source,
            name=options.name(name),
            labels=options.paths(labels),
            size=options.size(size),
            scale=options.scale(scale),
            decode=options.one_of("DECODE", decode, options.DECODES),
            engine=options.one_of("ENGINE", engine, options.ENGINES),
            precision=options.one_of("PRECISION", precision, tuple(options.PRECISIONS)),
            agreement=options.agreement(agreement, precision),
            weights=weights,
            images=options.folder("IMAGES", images),
            softmax=options.softmax(softmax),
        )
        with silence():
            from build.model.make import make  # brings TensorFlow, which takes seconds: not for a misspelt option

            made = make(asked, models)
    except ModelImportError as error:
        sys.exit(str(error))
    except Exception as error:
        if traceback:
            raise
        first = " ".join(str(error).split())[:300]
        sys.exit(f"{source} cannot be imported ({type(error).__name__}: {first}); --traceback shows where.")
    print("\n".join(story(made)))


def story(made: "Made") -> list[str]:
    """What was made, what it is worth, and what to do next."""
    report, name = made.report, f"{made.name}@{made.digest}"
    figures = (
        f"best label {report['top1_agreement']:.1%} and five best {report['top5_agreement']:.1%} as the source's, "
        f"largest difference {report['largest_difference']:.1e}"
    )
    return [
        name,
        f"bundle   {made.folder}",
        f"source   {report['source']['what']}, {report['source']['bytes']:,} bytes",
        f"model    {made.file}, {report['model']['bytes']:,} bytes",
        f"parity   {figures}",
        f"         on {report['images']['count']} images, {report['images']['from']}",
        *(f"note     {note}" for note in made.notes),
        f"next     make publish ENV=dev MODEL={made.folder}",
        f"         make apply ENV=dev MODEL={name}",
    ]


if __name__ == "__main__":
    app()
