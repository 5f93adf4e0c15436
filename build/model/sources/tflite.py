"""A .tflite file, which becomes the bundle's model unchanged."""

from pathlib import Path

import numpy as np
import tensorflow as tf

from build.errors import ModelImportError
from build.model import run
from build.model.options import ImportOptions
from build.model.sources.source import Source, resolve_shape, scale_pixels


def open_tflite(path: Path, options: ImportOptions) -> Source:
    """Open a .tflite.

    Raises:
        ModelImportError: LiteRT cannot run it, or it does not take one float32 image and return float32 scores.
    """
    if options.engine != "litert" or options.precision != "float32":
        raise ModelImportError(
            f"{path} is a .tflite, which cannot be converted: leave ENGINE and PRECISION out, or import its source."
        )
    model = path.read_bytes()
    try:
        interpreter = tf.lite.Interpreter(model_content=model)
        interpreter.allocate_tensors()
    except (ValueError, RuntimeError) as error:
        raise ModelImportError(f"LiteRT cannot run {path} ({' '.join(str(error).split())[:200]}).") from error
    inputs, outputs = interpreter.get_input_details(), interpreter.get_output_details()
    if len(inputs) != 1 or len(outputs) != 1:
        raise ModelImportError(
            f"{path} has {len(inputs)} inputs and {len(outputs)} outputs; it must take one image and return one list."
        )
    for kind, tensor in (("input", inputs[0]), ("output", outputs[0])):
        if tensor["dtype"] != np.float32:
            raise ModelImportError(
                f"{path} has an {kind} of {np.dtype(tensor['dtype']).name}, but Sluice requires float32: convert the "
                "source again without inference_input_type and inference_output_type."
            )
    batch, *shape = (int(side) for side in inputs[0]["shape"])
    if batch != 1:
        raise ModelImportError(f"{path} takes {batch} images at once: convert its source for one image.")
    return Source(
        kind=f".tflite {path.name}",
        size=len(model),
        network=model,
        shape=resolve_shape((1, *shape), options.size),
        scores=lambda images, scale: run.run_tflite(model, scale_pixels(images, scale)),
        notes=["A .tflite is not converted: parity compares LiteRT with TensorFlow's reference kernels."],
    )
