"""Train the digits model, convert it for each engine, check it on the held-out scans, and write its bundles.

Run from the repository root, in the environment of build/requirements/tensorflow.lock:
    python -m models.digits.train
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from build import bundle
from build.errors import ModelImportError
from build.model.convert import convert_graph
from build.model.graph import freeze
from build.model.parity import compare
from build.model.quiet import suppress_output
from build.model.simplify import simplify
from models.digits import network, scans

FOLDERS = {"litert": "bundle", "tensorflow": "tensorflow"}
MIN_ACCURACY = 0.985
ORIGIN = "the held-out scans"


def main(home: Path = Path(__file__).parent) -> None:
    """Write the bundles into `home`; on an error exit with a message and leave the existing ones."""
    held_out = scans.load_held_out()
    try:
        with suppress_output():
            model = network.train(scans.load_training())
            bundles = [create_contents(model, held_out, engine) for engine in FOLDERS]
    except ModelImportError as error:
        sys.exit(str(error))
    for contents in bundles:
        folder = home / FOLDERS[contents.engine]
        digest = bundle.write(folder, contents)
        print(f"{folder}: {len(contents.model):,} bytes, {(contents.parity or {})['accuracy']}, sha256 {digest}")


def create_contents(model: Any, held_out: scans.Scans, engine: str) -> bundle.Contents:
    """Convert the trained model for an engine and return its bundle's contents.

    Raises:
        ModelImportError: The conversion changes the scores, or the accuracy is too low.
    """
    arrays = network.to_input(held_out.images)
    graph = simplify(freeze(lambda images: model(images, training=False), (8, 8, 1)))
    converted = convert_graph(graph, engine, "float32")
    scores = converted.scores(arrays)
    parity = compare(model.predict(arrays, verbose=0), scores)
    parity.check("float32", 1.0, ORIGIN)
    report = parity.to_report(
        source="models/digits/network.py, trained",
        source_bytes=sum(weight.numpy().nbytes for weight in model.weights),
        model_bytes=len(converted.model),
        images=ORIGIN,
        agreement=None,
    )
    return bundle.Contents(
        name="digits",
        engine=engine,
        input=bundle.Input(height=8, width=8, channels=1, scale=network.SCALE, offset=0.0),
        model=converted.model,
        labels=scans.LABELS,
        sample=scans.encode_png(held_out.images[0]),
        parity={**report, "accuracy": describe_accuracy(scores, held_out.labels)},
        tensors=converted.tensors,
    )


def describe_accuracy(scores: NDArray[np.float32], labels: NDArray[np.int64]) -> str:
    """Return the number of correctly classified scans as text.

    Raises:
        ModelImportError: The accuracy is below MIN_ACCURACY.
    """
    correct = int((scores.argmax(axis=1) == labels).sum())
    if correct < MIN_ACCURACY * len(labels):
        raise ModelImportError(
            f"The accuracy is too low: {correct} of {len(labels)} held-out scans, below {MIN_ACCURACY:.1%}."
        )
    return f"{correct} of {len(labels)} held-out scans"


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
