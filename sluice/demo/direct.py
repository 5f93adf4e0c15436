"""The model by itself: the bundle's interpreter on the scans' pixels, with nothing of the project between."""

import json
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from models.digits import scans


def accuracy(bundle: Path) -> float:
    """The share (0 to 1) of the held-out scans that the bundle's model reads right."""
    takes = json.loads((bundle / "manifest.json").read_text())["input"]
    model = Interpreter(str(bundle / "model.tflite"), num_threads=1)
    model.allocate_tensors()
    source, answer = model.get_input_details()[0]["index"], model.get_output_details()[0]["index"]
    held = scans.load_held_out()
    arrays = held.images[..., None].astype(np.float32) * np.float32(takes["scale"]) + np.float32(takes["offset"])
    right = 0
    for array, label in zip(arrays, held.labels, strict=True):
        model.set_tensor(source, array[None])
        model.invoke()
        right += int(model.get_tensor(answer).argmax() == label)
    return right / len(held.labels)
