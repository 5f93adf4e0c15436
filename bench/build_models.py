"""Create the networks under test, with reproducible random weights, in every format that a competitor uses.

Runs in the environment build/venv/bench:
    python -m bench.build_models <folder> InceptionV3 MobileNetV2
"""

import json
import os
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import numpy as np
import tensorflow as tf
import tf2onnx
from numpy.typing import NDArray

from bench import reference_graph
from bench.networks import BUNDLES, NETWORKS, count_operations
from build import bundle
from build.model.importer import import_model
from build.model.options import ImportOptions, Scale

SEED = 4
OPSET = 18


def main(folder: Path, networks: list[str]) -> None:
    """Write <folder>/<network>/ anew: its source, label maps, bundles and number of operations."""
    for network in networks:
        network_folder = folder / network
        shutil.rmtree(network_folder, ignore_errors=True)
        network_folder.mkdir(parents=True)
        source = _write_source(network, network_folder)
        labels = reference_graph.write_label_maps(
            network_folder, range(NETWORKS[network].classes), reference_graph.ALL_SYNSETS
        )
        bundles = network_folder / "bundles"
        for kind in BUNDLES[network]:
            if kind != "onnx":
                _import_bundle(network, kind, source, labels, bundles / kind)
        graph = _read_graph(bundles / "tensorflow")
        _write_onnx_bundle(bundles / "onnx", bundles / "tensorflow", graph)
        with tf.Graph().as_default() as imported:
            tf.import_graph_def(graph, name="")
        (network_folder / "labels.txt").write_bytes((bundles / "litert" / "labels.txt").read_bytes())
        (network_folder / "flops.json").write_text(json.dumps(count_operations(imported)) + "\n")


def _write_source(network: str, folder: Path) -> Path:
    """Write InceptionV3 as the frozen graph of 2015, or MobileNetV2 as a SavedModel; return its path."""
    if network == "InceptionV3":
        source = folder / reference_graph.GRAPH
        source.write_bytes(reference_graph.create_inception_v3(SEED))
        return source
    return _save_mobilenet(folder / "saved_model")


def _import_bundle(network: str, kind: str, source: Path, labels: list[Path], target: Path) -> None:
    engine, _, decode = kind.partition("-")
    spec = NETWORKS[network]
    scale = None if network == "InceptionV3" else Scale(spec.scale, spec.offset)  # InceptionV3's graph contains it
    options = ImportOptions(str(source), network.lower(), labels, scale=scale, engine=engine, decode=decode or "exact")
    target.parent.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=target.parent) as models:
        import_model(options, Path(models)).folder.rename(target)


def _save_mobilenet(folder: Path) -> Path:
    """Save MobileNetV2 of tf.keras.applications with a signature that takes pixels and returns scores."""
    spec = NETWORKS["MobileNetV2"]
    model = tf.keras.applications.MobileNetV2(weights=None, classes=spec.classes, input_shape=spec.shape)
    random = np.random.default_rng(SEED)
    for layer in model.layers:
        layer.set_weights([_draw_weights(random, weight.path, tuple(weight.shape)) for weight in layer.weights])
    module = tf.Module()
    module.model = model
    module.scores = tf.function(
        lambda pixels: {"scores": model(pixels, training=False)},
        input_signature=[tf.TensorSpec([None, *spec.shape], tf.float32, name="pixels")],
    )
    tf.saved_model.save(module, str(folder), signatures={"serving_default": module.scores})
    return folder


def _draw_weights(random: np.random.Generator, path: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Draw He initialization for kernels, and near-identity values for batch normalization.

    Activations then keep their magnitude through the layers, and scores differ between images.
    """
    if path.endswith("kernel"):
        fan_in = shape[0] if len(shape) == 2 else shape[0] * shape[1] * (1 if "depthwise" in path else shape[2])
        return random.normal(0, (2 / fan_in) ** 0.5, shape).astype(np.float32)
    mean = 1.0 if path.endswith(("gamma", "moving_variance")) else 0.0
    return np.abs(random.normal(mean, 0.02, shape)).astype(np.float32)


def _write_onnx_bundle(folder: Path, source: Path, graph: tf.compat.v1.GraphDef) -> None:
    """Convert the TensorFlow bundle to ONNX, so that both contain the same folded network.

    The ONNX file has the name and the engine of a LiteRT model, because the worker runs it in LiteRT's place.
    """
    manifest = json.loads((source / bundle.MANIFEST).read_text())
    input_name, output_name = (f"{manifest['tensors'][end]}:0" for end in ("input", "output"))
    converted, _ = tf2onnx.convert.from_graph_def(
        graph, input_names=[input_name], output_names=[output_name], opset=OPSET
    )
    bundle.write(
        folder,
        bundle.Contents(
            name=manifest["name"],
            engine="litert",
            input=bundle.Input(**manifest["input"]),
            model=converted.SerializeToString(),
            labels=(source / manifest["labels"]).read_text().splitlines(),
            sample=(source / manifest["sample"]).read_bytes(),
        ),
    )


def _read_graph(folder: Path) -> tf.compat.v1.GraphDef:
    """Read the graph of a TensorFlow bundle."""
    manifest = json.loads((folder / bundle.MANIFEST).read_text())
    graph = tf.compat.v1.GraphDef()
    graph.ParseFromString((folder / manifest["model"]).read_bytes())
    return graph


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
