"""A .tflite file, which goes into the bundle as it is."""

from pathlib import Path

import numpy as np
import tensorflow as tf

from build.errors import ModelImportError
from build.model import run
from build.model.options import Wish
from build.model.sources.source import Source, input_shape, scaled


def open_tflite(path: Path, wish: Wish) -> Source:
    """The model of a .tflite. Raises ModelImportError when LiteRT cannot run it, or it takes no float32 image."""
    if wish.engine != "litert" or wish.precision != "float32":
        raise ModelImportError(
            f"{path} is a .tflite, which LiteRT runs as it is: leave ENGINE and PRECISION out, or convert its source."
        )
    model = path.read_bytes()
    try:
        interpreter = tf.lite.Interpreter(model_content=model)
        interpreter.allocate_tensors()
    except (ValueError, RuntimeError) as error:
        raise ModelImportError(
            f"{path} is no .tflite that LiteRT can run ({' '.join(str(error).split())[:200]})."
        ) from error
    takes, gives = interpreter.get_input_details(), interpreter.get_output_details()
    if len(takes) != 1 or len(gives) != 1:
        raise ModelImportError(
            f"{path} has {len(takes)} inputs and {len(gives)} outputs; it must take one image and give one list."
        )
    for what, end in (("input", takes[0]), ("output", gives[0])):
        if end["dtype"] != np.float32:
            raise ModelImportError(
                f"{path} has an {what} of {np.dtype(end['dtype']).name}; Sluice runs models with float32 ends: convert "
                "the source again, leaving inference_input_type and inference_output_type float32."
            )
    batch, *shape = (int(side) for side in takes[0]["shape"])
    if batch != 1:
        raise ModelImportError(f"{path} takes {batch} images at once; convert its source for one.")
    return Source(
        kind=f".tflite {path.name}",
        size=len(model),
        network=model,
        shape=input_shape((1, *shape), wish.size),
        scores=lambda pictures, scale: run.tensorflow_lite(model, scaled(pictures, scale)),
        notes=[
            "A .tflite goes in as it is; parity compares LiteRT with TensorFlow's interpreter and its plain kernels."
        ],
    )
