"""Import your own model as a bundle, as `make model` does. docs/models.md shows every source."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from build.errors import ModelImportError
from build.model import options
from build.model.quiet import suppress_output

if TYPE_CHECKING:
    from build.model.importer import ImportedModel

app = typer.Typer(add_completion=False, help=__doc__)


@app.command()
def main(
    source: Annotated[str, typer.Argument(help="A file, a folder, or keras:NAME.")] = "",
    name: Annotated[str, typer.Option(help="The model's name: lower-case letters, digits and hyphens.")] = "",
    labels: Annotated[
        str, typer.Option(help="A text or JSON file of labels, or the folder of the two ImageNet 2012 label maps.")
    ] = "",
    size: Annotated[str, typer.Option(help="Input size, 224 or height x width: 224x320.")] = "",
    scale: Annotated[str, typer.Option(help="Input range: 0..1, -1..1, 0..255, 1/255, or SCALE,OFFSET.")] = "",
    decode: Annotated[
        str, typer.Option(help="JPEG decoding: exact, or fast (large images at a smaller scale).")
    ] = "exact",
    engine: Annotated[str, typer.Option(help="litert or tensorflow.")] = "litert",
    precision: Annotated[str, typer.Option(help="float32, float16 or int8.")] = "float32",
    agreement: Annotated[str, typer.Option(help="Minimum fraction of images that keep their best label, 0 to 1.")] = "",
    weights: Annotated[str, typer.Option(help="For keras:NAME: imagenet, none, or a weights file.")] = "imagenet",
    images: Annotated[str, typer.Option(help="Folder of images for the parity check. Default: generated images.")] = "",
    softmax: Annotated[
        str, typer.Option(help="Append a softmax: yes or no. Default: only if the scores are logits.")
    ] = "",
    models: Annotated[Path, typer.Option(help="Output folder of bundles.")] = Path("models"),
    *,
    traceback: Annotated[bool, typer.Option("--traceback", help="Show the traceback of an unexpected error.")] = False,
) -> None:
    """Import a model as the bundle MODELS/NAME/<first 12 digits of its hash>."""
    try:
        import_options = options.ImportOptions(
            source=source,
            name=options.parse_name(name),
            labels=options.parse_paths(labels),
            size=options.parse_size(size),
            scale=options.parse_scale(scale),
            decode=options.parse_choice("DECODE", decode, options.DECODES),
            engine=options.parse_choice("ENGINE", engine, options.ENGINES),
            precision=options.parse_choice("PRECISION", precision, tuple(options.PRECISIONS)),
            agreement=options.parse_agreement(agreement, precision),
            weights=weights,
            images=options.parse_folder("IMAGES", images),
            softmax=options.parse_softmax(softmax),
        )
        with suppress_output():
            from build.model.importer import import_model  # imports TensorFlow, which takes seconds

            imported = import_model(import_options, models)
    except ModelImportError as error:
        sys.exit(str(error))
    except Exception as error:
        if traceback:
            raise
        reason = " ".join(str(error).split())[:300]
        sys.exit(f"Cannot import {source} ({type(error).__name__}: {reason}). Add --traceback to see where it failed.")
    print("\n".join(describe_import(imported)))


def describe_import(imported: "ImportedModel") -> list[str]:
    """Describe an import in lines: version, files, parity, notes and the next commands."""
    report, version = imported.report, f"{imported.name}@{imported.digest}"
    parity = (
        f"same best label {report['top1_agreement']:.1%}, same five best {report['top5_agreement']:.1%}, "
        f"largest difference {report['largest_difference']:.1e}"
    )
    return [
        version,
        f"bundle   {imported.folder}",
        f"source   {report['source']['what']}, {report['source']['bytes']:,} bytes",
        f"model    {imported.file}, {report['model']['bytes']:,} bytes",
        f"parity   {parity}",
        f"         on {report['images']['count']} images, {report['images']['from']}",
        *(f"note     {note}" for note in imported.notes),
        f"next     make publish ENV=dev MODEL={imported.folder}",
        f"         make apply ENV=dev MODEL={version}",
    ]


if __name__ == "__main__":
    app()
