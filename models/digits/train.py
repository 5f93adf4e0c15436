"""Make the digits bundles: train, convert for each engine, check against the source and the held-out scans, write.

Run from the repository's root, in the environment of build/requirements/tensorflow.lock:
    python -m models.digits.train
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from build import bundle
from build.errors import ModelImportError
from build.model import convert, parity
from build.model.report import report
from build.model.silence import silence
from build.model.sources.frozen import frozen
from models.digits import network, scans

FOLDERS = {"litert": "bundle", "tensorflow": "tensorflow"}
ENOUGH = 0.985
ORIGIN = "the held-out scans"


def main(home: Path = Path(__file__).parent) -> None:
    """Write the bundles into `home`, or exit with a sentence and leave those that are there."""
    held_out = scans.held_out()
    try:
        with silence():
            model = network.trained(scans.training())
            made = [contents(model, held_out, engine) for engine in FOLDERS]
    except ModelImportError as error:
        sys.exit(str(error))
    for one in made:
        folder = home / FOLDERS[one.engine]
        digest = bundle.write(folder, one)
        print(f"{folder}: {len(one.model):,} bytes, {(one.parity or {})['accuracy']}, sha256 {digest}")


def contents(model: Any, held_out: scans.Scans, engine: str) -> bundle.Contents:
    """A bundle's contents for `engine`. Raises ModelImportError when the conversion differs or is not good enough."""
    arrays = network.as_input(held_out.images)
    converted = convert.convert(
        convert.simplified(frozen(lambda images: model(images, training=False), (8, 8, 1))), engine, "float32"
    )
    scores = converted.scores(arrays)
    found = parity.compare(model.predict(arrays, verbose=0), scores)
    found.check("float32", 1.0, ORIGIN)
    return bundle.Contents(
        name="digits",
        engine=engine,
        takes=bundle.Input(height=8, width=8, channels=1, scale=network.SCALE, offset=0.0),
        model=converted.model,
        labels=scans.LABELS,
        sample=scans.png(held_out.images[0]),
        parity={
            **report(
                found,
                source="models/digits/network.py, trained",
                source_bytes=sum(weight.numpy().nbytes for weight in model.weights),
                model_bytes=len(converted.model),
                images=ORIGIN,
                agreement=None,
            ),
            "accuracy": accuracy(scores, held_out.labels),
        },
        tensors=converted.tensors,
    )


def accuracy(scores: NDArray[np.float32], labels: NDArray[np.int64]) -> str:
    """How many scans are read right, in words. Raises ModelImportError below the share that is enough."""
    right = int((scores.argmax(axis=1) == labels).sum())
    if right < ENOUGH * len(labels):
        raise ModelImportError(f"{right} of {len(labels)} held-out scans are read right, fewer than {ENOUGH:.1%}.")
    return f"{right} of {len(labels)} held-out scans"


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
