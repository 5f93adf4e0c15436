"""A SavedModel folder."""

from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from build.errors import ModelImportError
from build.model.graph import as_float32, freeze
from build.model.images import ImageSet
from build.model.options import ImportOptions, Scale
from build.model.sources.source import Source, resolve_shape, scale_pixels

_SIGNATURE = "serving_default"


def open_saved_model(folder: Path, options: ImportOptions) -> Source:
    """Open the signature serving_default of a SavedModel, or its only signature.

    Raises:
        ModelImportError: TensorFlow cannot load the folder, or no signature takes one image and returns one output.
    """
    try:
        loaded = tf.saved_model.load(str(folder))
    except Exception as error:
        raise ModelImportError(
            f"TensorFlow cannot load {folder} as a SavedModel ({' '.join(str(error).split())[:200]})."
        ) from error
    signature, spec, output = _choose_signature(folder, loaded)
    shape = resolve_shape(tuple(spec.shape), options.size)

    def call(images: Any) -> Any:
        return signature(**{spec.name: images})[output]

    def scores(images: ImageSet, scale: Scale) -> NDArray[np.float32]:
        rows = [as_float32(call(tf.constant(array[np.newaxis]))) for array in scale_pixels(images, scale)]
        return np.concatenate([row.reshape(1, -1) for row in rows])

    return Source(
        kind=f"SavedModel {folder.resolve().name}",
        size=sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()),
        network=freeze(call, shape),
        shape=shape,
        scores=scores,
    )


def _choose_signature(folder: Path, loaded: Any) -> tuple[Any, Any, str]:
    """Choose a signature, the TensorSpec of its input and the name of its output."""
    known = sorted(loaded.signatures)
    name = _SIGNATURE if _SIGNATURE in known else known[0] if len(known) == 1 else None
    if name is None:
        problem = f"has the signatures {', '.join(known)}" if known else "has no signature"
        raise ModelImportError(f"{folder} {problem}: export one named {_SIGNATURE}, for example with model.export.")
    signature = loaded.signatures[name]
    specs, outputs = list(signature.structured_input_signature[1].values()), sorted(signature.structured_outputs)
    if len(specs) != 1 or len(outputs) != 1:
        inputs = ", ".join(spec.name for spec in specs)
        raise ModelImportError(
            f"The signature {name} of {folder} has the inputs {inputs} and the outputs {', '.join(outputs)}; "
            "Sluice passes one image and expects one list of scores: export a signature with one input and one output."
        )
    if specs[0].dtype != tf.float32 or specs[0].shape.rank is None:
        raise ModelImportError(
            f"The signature {name} of {folder} takes {specs[0].dtype.name} {specs[0].shape}: "
            "export one that takes float32 [batch, height, width, channels]."
        )
    return signature, specs[0], outputs[0]
