"""Whether a converted model still says what its source says."""

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

TOLERANCE = 1e-4


class ParityError(Exception):
    """The converted model differs from its source; the message says by how much."""


def scores(model: bytes, arrays: NDArray[np.float32]) -> NDArray[np.float32]:
    """Probabilities, float32 [n, labels], that a .tflite gives to float32 [n, height, width, channels], one by one."""
    interpreter = Interpreter(model_content=model)
    interpreter.allocate_tensors()
    takes, gives = interpreter.get_input_details()[0]["index"], interpreter.get_output_details()[0]["index"]
    rows = []
    for array in arrays:
        interpreter.set_tensor(takes, array[np.newaxis])
        interpreter.invoke()
        rows.append(interpreter.get_tensor(gives)[0])
    return np.stack(rows)


def compare(source: NDArray[np.float32], converted: NDArray[np.float32]) -> float:
    """The largest difference between two models' probabilities, float32 [n, labels], of the same images.

    Raises ParityError above TOLERANCE, for anything that is no number, or when the best label of any image differs.
    """
    difference = float(np.abs(source - converted).max())
    changed = int((source.argmax(axis=1) != converted.argmax(axis=1)).sum())
    if np.isnan(difference) or difference > TOLERANCE or changed:
        raise ParityError(
            f"The converted model differs from its source by {difference:.1e} (limit {TOLERANCE:.0e}) "
            f"and changes the best label of {changed} of {len(source)} images: it was not kept."
        )
    return difference
