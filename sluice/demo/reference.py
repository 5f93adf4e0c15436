"""The model's accuracy without Sluice: the bundle's model file in its own interpreter."""

import json
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from models.digits import scans


def measure_accuracy(bundle: Path) -> float:
    """Return the share (0 to 1) of the held-out scans whose digit the bundle's model predicts."""
    settings = json.loads((bundle / "manifest.json").read_text())["input"]
    model = Interpreter(str(bundle / "model.tflite"), num_threads=1)
    model.allocate_tensors()
    source, scores = model.get_input_details()[0]["index"], model.get_output_details()[0]["index"]
    held_out = scans.load_held_out()
    arrays = held_out.images[..., None].astype(np.float32) * np.float32(settings["scale"])
    arrays += np.float32(settings["offset"])
    correct = 0
    for array, label in zip(arrays, held_out.labels, strict=True):
        model.set_tensor(source, array[None])
        model.invoke()
        correct += int(model.get_tensor(scores).argmax() == label)
    return correct / len(held_out.labels)
