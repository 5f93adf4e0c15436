"""Create models of every kind and import each, in one process, because TensorFlow takes seconds to start.

    python -m tests.support.models.import_models FOLDER
writes into FOLDER: the output of each import (imports.json), the bundles (models/), the scores of the original graph
(reference.npy), and for each TensorFlow bundle its operations (operations.json) and its scores of the same photos.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from typer.testing import CliRunner

from build import bundle
from build.model import labels, run
from build.model.__main__ import app
from build.model.quiet import suppress_output
from inference.prepare import prepare_image
from inference.preprocess.tensor import InputSpec


def main(folder: Path) -> None:
    """Create all models, then import them."""
    with suppress_output():
        from tests.support.models import model_files

        model_files.create_models(folder)
    results: dict[str, dict[str, Any]] = {}
    for case, arguments in list_cases(folder).items():
        done = CliRunner().invoke(app, [*arguments, "--name", case, "--models", str(folder / "models")])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        results[case] = {"exit": done.exit_code, "output": done.output}
    (folder / "imports.json").write_text(json.dumps(results))
    with suppress_output():
        (folder / "operations.json").write_text(json.dumps(run_graphs(folder)))
        measure_transforms(folder)


def run_graphs(folder: Path) -> dict[str, list[str]]:
    """Save the scores of the photos by each imported graph; return the types of its operations."""
    import tensorflow as tf

    operations = {}
    for graph in sorted(folder.glob("models/*/*/model.pb")):
        manifest = bundle.verify(graph.parent)
        model, tensors = graph.read_bytes(), manifest["tensors"]
        photos = [path.read_bytes() for path in sorted((folder / "photos").glob("*.jpg"))]
        arrays = np.concatenate([prepare_image(photo, InputSpec(**manifest["input"])) for photo in photos])
        np.save(folder / f"{manifest['name']}.npy", run.run_graph(model, arrays, tensors["input"], tensors["output"]))
        operations[manifest["name"]] = sorted({node.op for node in tf.compat.v1.GraphDef.FromString(model).node})
    return operations


def measure_transforms(folder: Path) -> None:
    """Measure the preprocessing of Keras, and preprocess pixels with Keras and with a graph.

    scales.json: (scale, offset) or null; *.colours.npy: float32 [2, 4, 768], from Keras, and negated from the graph.
    """
    import tensorflow as tf

    from build.model import colour_transform, graph

    definition = tf.compat.v1.GraphDef()
    definition.node.extend(
        [graph.create_placeholder("prepared", [1, 16, 16, 3]), graph.create_float_node("Neg", "out", "prepared")]
    )
    pixels = np.random.default_rng(3).uniform(0, 255, (4, 16, 16, 3)).astype(np.float32)
    scales = {}
    for name in ("mobilenet", "resnet", "densenet", "vgg16"):
        preprocess = getattr(tf.keras.applications, name).preprocess_input
        transform = colour_transform.measure_transform(preprocess)
        scale = transform.to_scale()
        scales[name] = (scale.scale, scale.offset) if scale else None
        original = graph.Graph(definition, "prepared", "out")
        changed = colour_transform.prepend_transform(original, transform, (16, 16, 3))
        scores = run.run_graph(changed.definition.SerializeToString(), pixels, changed.input, changed.output)
        np.save(folder / f"{name}.colours.npy", np.stack([preprocess(pixels.copy()).reshape(4, -1), scores]))
    (folder / "scales.json").write_text(json.dumps(scales))


def list_cases(folder: Path) -> dict[str, list[str]]:
    """Return the arguments of each import by its name; imports named "bad-..." are refused."""

    def file(name: str, *options: str) -> list[str]:
        return [str(folder / name), *options]

    graph = "reference/classify_image_graph_def.pb"
    maps = ",".join(str(folder / "reference" / name) for name in labels.MAPS)
    litert, tensorflow = ["--scale", "0..1"], ["--scale", "0..1", "--engine", "tensorflow"]
    untrained = ["--weights", "none", "--size", "32", "--labels", str(folder / "five.txt")]
    int8 = ["--scale", "0..255", "--precision", "int8", "--agreement"]
    return {
        "reference": file(graph, "--images", str(folder / "photos")),
        "reference-tensorflow": file(graph, "--engine", "tensorflow", "--labels", str(folder / "reference")),
        "reference-maps": file(graph, "--labels", maps, "--decode", "fast"),
        "renamed": file("renamed.pb"),
        "centred": file("centred.pb"),
        "keras-file": file("small.keras", *litert, "--labels", str(folder / "five.txt")),
        "keras-tensorflow": file("small.keras", *tensorflow, "--labels", str(folder / "five.json")),
        "half": file("small.keras", *litert, "--precision", "float16"),
        "eight": file("close.keras", *int8, "0"),
        "eight-not": file("close.keras", "--scale", "0..255"),
        "hdf": file("small.h5", "--scale", "1/255"),
        "saved": file("saved", *litert),
        "any-size": file("any_size.keras", "--size", "12x20", "--scale", "-1..1"),
        "logits": file("logits.keras"),
        "logits-kept": file("logits.keras", "--softmax", "no"),
        "sigmoid": file("sigmoid.keras", *litert),
        "grey": file("grey.keras", *litert, "--engine", "tensorflow"),
        "lite": file("small.tflite", *litert),
        "mobile": ["keras:MobileNet", *untrained],
        "erfinv-tensorflow": file("erfinv.keras", *tensorflow),
        "bad-erfinv": file("erfinv.keras", *litert),
        "bad-missing": file("nowhere.keras"),
        "bad-empty": file("empty.pb"),
        "bad-keras": file("garbage.keras"),
        "bad-graph": file("garbage.pb"),
        "bad-tflite": file("garbage.tflite"),
        "bad-kind": file("five.txt"),
        "bad-folder": file("photos"),
        "bad-weights-only": file("only.weights.h5"),
        "bad-two-inputs": file("two_inputs.keras"),
        "bad-two-outputs": file("two_outputs.keras"),
        "bad-rank": file("flat.keras", *litert),
        "bad-channels": file("four_channels.keras", *litert),
        "bad-one-score": file("one_score.keras", *litert),
        "bad-map": file("map.keras", *litert),
        "bad-bytes": file("bytes.tflite", *litert),
        "bad-nan": file("nan.keras", *litert),
        "bad-custom": file("custom.keras", *litert),
        "bad-lambda": file("lambda.keras", *litert),
        "bad-variables": file("variables.pb", *litert),
        "bad-front": file("cropped.pb"),
        "bad-no-scale": file("small.keras"),
        "bad-no-size": file("any_size.keras", *litert),
        "bad-size": file("small.keras", *litert, "--size", "17"),
        "bad-labels": file("small.keras", *litert, "--labels", str(folder / "four.txt")),
        "bad-maps": file("small.keras", *litert, "--labels", str(folder / "reference")),
        "bad-precision": file("small.keras", *tensorflow, "--precision", "int8"),
        "bad-tflite-engine": file("small.tflite", *tensorflow),
        "bad-tflite-logits": file("logits.tflite", "--scale", "0..255"),
        "bad-images": file("small.keras", *litert, "--images", str(folder / "saved")),
        "bad-agreement": file("close.keras", *int8, "1"),
        "bad-architecture": ["keras:Nothing"],
        "bad-weights": ["keras:MobileNet", "--weights", str(folder / "only.weights.h5"), "--size", "32"],
        "bad-no-weights": ["keras:MobileNet", "--weights", str(folder / "nowhere.h5"), "--size", "32"],
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
