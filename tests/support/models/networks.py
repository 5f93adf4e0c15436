"""Makes models of every kind and imports each, in one process, since TensorFlow takes seconds to start.

    python -m tests.support.models.networks FOLDER
writes into FOLDER: what each import said (imports.json), the bundles (models/), the scores of the uncut graph
(reference.npy), and of each TensorFlow bundle its operations (operations.json) and its scores of the same photographs.
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
from build.model.silence import silence
from inference.prepare import prepare_image
from inference.preprocess.tensor import InputSpec


def main(folder: Path) -> None:
    """Make everything, then import everything."""
    with silence():
        from tests.support.models import model_files

        model_files.make(folder)
    said: dict[str, dict[str, Any]] = {}
    for case, words in cases(folder).items():
        done = CliRunner().invoke(app, [*words, "--name", case, "--models", str(folder / "models")])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        said[case] = {"exit": done.exit_code, "said": done.output}
    (folder / "imports.json").write_text(json.dumps(said))
    with silence():
        (folder / "operations.json").write_text(json.dumps(run_graphs(folder)))
        mix_colours(folder)


def run_graphs(folder: Path) -> dict[str, list[str]]:
    """Keep the scores that each made graph gives to the photographs; returns the kinds of its operations."""
    import tensorflow as tf

    found = {}
    for graph in sorted(folder.glob("models/*/*/model.pb")):
        manifest = bundle.verify(graph.parent)
        model, ends = graph.read_bytes(), manifest["tensors"]
        photographs = [path.read_bytes() for path in sorted((folder / "photos").glob("*.jpg"))]
        arrays = np.concatenate(
            [prepare_image(photograph, InputSpec(**manifest["input"])) for photograph in photographs]
        )
        np.save(folder / f"{manifest['name']}.npy", run.tensorflow(model, arrays, ends["input"], ends["output"]))
        found[manifest["name"]] = sorted({node.op for node in tf.compat.v1.GraphDef.FromString(model).node})
    return found


def mix_colours(folder: Path) -> None:
    """Keep what Keras's preparations amount to, and pixels that Keras and that a graph prepared.

    scales.json: (scale, offset) or null; *.colours.npy: float32 [2, 4, 768], from Keras, and negated from the graph.
    """
    import tensorflow as tf

    from build.model import colour_transform, graph

    definition = tf.compat.v1.GraphDef()
    definition.node.extend([graph.placeholder("prepared", [1, 16, 16, 3]), graph.float_node("Neg", "out", "prepared")])
    pixels = np.random.default_rng(3).uniform(0, 255, (4, 16, 16, 3)).astype(np.float32)
    scales = {}
    for name in ("mobilenet", "resnet", "densenet", "vgg16"):
        prepare_pixels = getattr(tf.keras.applications, name).preprocess_input
        mix = colour_transform.observed(prepare_pixels)
        scale = mix.scale()
        scales[name] = (scale.scale, scale.offset) if scale else None
        mixed = colour_transform.put_in_front(graph.Graph(definition, "prepared", "out"), mix, (16, 16, 3))
        found = run.tensorflow(mixed.definition.SerializeToString(), pixels, mixed.input, mixed.output)
        np.save(folder / f"{name}.colours.npy", np.stack([prepare_pixels(pixels.copy()).reshape(4, -1), found]))
    (folder / "scales.json").write_text(json.dumps(scales))


def cases(at: Path) -> dict[str, list[str]]:
    """By name, the words of an import; those whose name begins with "bad" are refused."""

    def of(file: str, *words: str) -> list[str]:
        return [str(at / file), *words]

    graph = "reference/classify_image_graph_def.pb"
    maps = ",".join(str(at / "reference" / name) for name in labels.MAPS)
    litert, whole = ["--scale", "0..1"], ["--scale", "0..1", "--engine", "tensorflow"]
    untrained = ["--weights", "none", "--size", "32", "--labels", str(at / "five.txt")]
    eight = ["--scale", "0..255", "--precision", "int8", "--agreement"]
    return {
        "reference": of(graph, "--images", str(at / "photos")),
        "reference-tensorflow": of(graph, "--engine", "tensorflow", "--labels", str(at / "reference")),
        "reference-maps": of(graph, "--labels", maps, "--decode", "fast"),
        "renamed": of("renamed.pb"),
        "centred": of("centred.pb"),
        "keras-file": of("small.keras", *litert, "--labels", str(at / "five.txt")),
        "keras-tensorflow": of("small.keras", *whole, "--labels", str(at / "five.json")),
        "half": of("small.keras", *litert, "--precision", "float16"),
        "eight": of("close.keras", *eight, "0"),
        "eight-not": of("close.keras", "--scale", "0..255"),
        "hdf": of("small.h5", "--scale", "1/255"),
        "saved": of("saved", *litert),
        "any-size": of("any_size.keras", "--size", "12x20", "--scale", "-1..1"),
        "logits": of("logits.keras"),
        "logits-kept": of("logits.keras", "--softmax", "no"),
        "sigmoid": of("sigmoid.keras", *litert),
        "grey": of("grey.keras", *litert, "--engine", "tensorflow"),
        "lite": of("small.tflite", *litert),
        "mobile": ["keras:MobileNet", *untrained],
        "erfinv-tensorflow": of("erfinv.keras", *whole),
        "bad-erfinv": of("erfinv.keras", *litert),
        "bad-missing": of("nowhere.keras"),
        "bad-empty": of("empty.pb"),
        "bad-keras": of("garbage.keras"),
        "bad-graph": of("garbage.pb"),
        "bad-tflite": of("garbage.tflite"),
        "bad-kind": of("five.txt"),
        "bad-folder": of("photos"),
        "bad-weights-only": of("only.weights.h5"),
        "bad-two-inputs": of("two_inputs.keras"),
        "bad-two-outputs": of("two_outputs.keras"),
        "bad-rank": of("flat.keras", *litert),
        "bad-channels": of("four_channels.keras", *litert),
        "bad-one-score": of("one_score.keras", *litert),
        "bad-map": of("map.keras", *litert),
        "bad-bytes": of("bytes.tflite", *litert),
        "bad-nan": of("nan.keras", *litert),
        "bad-custom": of("custom.keras", *litert),
        "bad-lambda": of("lambda.keras", *litert),
        "bad-variables": of("variables.pb", *litert),
        "bad-front": of("cropped.pb"),
        "bad-no-scale": of("small.keras"),
        "bad-no-size": of("any_size.keras", *litert),
        "bad-size": of("small.keras", *litert, "--size", "17"),
        "bad-labels": of("small.keras", *litert, "--labels", str(at / "four.txt")),
        "bad-maps": of("small.keras", *litert, "--labels", str(at / "reference")),
        "bad-precision": of("small.keras", *whole, "--precision", "int8"),
        "bad-tflite-engine": of("small.tflite", *whole),
        "bad-tflite-logits": of("logits.tflite", "--scale", "0..255"),
        "bad-images": of("small.keras", *litert, "--images", str(at / "saved")),
        "bad-agreement": of("close.keras", *eight, "1"),
        "bad-architecture": ["keras:Nothing"],
        "bad-weights": ["keras:MobileNet", "--weights", str(at / "only.weights.h5"), "--size", "32"],
        "bad-no-weights": ["keras:MobileNet", "--weights", str(at / "nowhere.h5"), "--size", "32"],
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
