"""A SavedModel folder."""

from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from build.errors import ModelImportError
from build.model.graph import as_float32
from build.model.images import Pictures
from build.model.options import Scale, Wish
from build.model.sources.frozen import frozen
from build.model.sources.source import Source, input_shape, scaled

FILE = "saved_model.pb"
_SIGNATURE = "serving_default"


def open_saved_model(folder: Path, wish: Wish) -> Source:
    """The signature serving_default, or the only one. Raises ModelImportError when none takes an image."""
    try:
        loaded = tf.saved_model.load(str(folder))
    except Exception as error:
        raise ModelImportError(
            f"{folder} is no SavedModel that TensorFlow can load ({' '.join(str(error).split())[:200]})."
        ) from error
    signature, takes, gives = _signature(folder, loaded)
    shape = input_shape(tuple(takes.shape), wish.size)

    def call(images: Any) -> Any:
        return signature(**{takes.name: images})[gives]

    def scores(pictures: Pictures, scale: Scale) -> np.ndarray[Any, np.dtype[np.float32]]:
        rows = [as_float32(call(tf.constant(array[np.newaxis]))) for array in scaled(pictures, scale)]
        return np.concatenate([row.reshape(1, -1) for row in rows])

    return Source(
        kind=f"SavedModel {folder.resolve().name}",
        size=sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()),
        network=frozen(call, shape),
        shape=shape,
        scores=scores,
    )


def _signature(folder: Path, loaded: Any) -> tuple[Any, Any, str]:
    """A signature, the TensorSpec of its input and the name of its output."""
    known = sorted(loaded.signatures)
    name = _SIGNATURE if _SIGNATURE in known else known[0] if len(known) == 1 else None
    if name is None:
        what = f"has the signatures {', '.join(known)}" if known else "has no signature"
        raise ModelImportError(f"{folder} {what}; export it with one named {_SIGNATURE} (model.export does).")
    signature = loaded.signatures[name]
    takes, gives = list(signature.structured_input_signature[1].values()), sorted(signature.structured_outputs)
    if len(takes) != 1 or len(gives) != 1:
        inputs = ", ".join(spec.name for spec in takes)
        raise ModelImportError(
            f"{folder}'s signature {name} has the inputs {inputs} and the outputs {', '.join(gives)}; "
            "Sluice gives one image and takes one list of scores: export a signature of one each."
        )
    if takes[0].dtype != tf.float32 or takes[0].shape.rank is None:
        raise ModelImportError(
            f"{folder}'s signature {name} takes {takes[0].dtype.name} {takes[0].shape}; "
            "export one that takes float32 [batch, height, width, channels]."
        )
    return signature, takes[0], gives[0]
