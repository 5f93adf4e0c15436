"""The networks under test, with random weights that are the same each time, in every form that a contestant takes.

Runs in the environment build/venv/bench:
    python -m bench.networks <folder> InceptionV3 MobileNetV2
"""

import json
import os
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import tensorflow as tf

from bench import flops, mobilenet, onnx_bundle, reference_graph
from bench.arrays import BUNDLES, NETWORKS
from bench.labels import ALL, write_maps
from build.model.importer import import_model
from build.model.options import ImportOptions, Scale

SEED = 4


def main(folder: Path, wanted: list[str]) -> None:
    """Write <folder>/<network>/ anew: its source, its label maps, its bundles and what it costs."""
    for network in wanted:
        place = folder / network
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        source = _source(network, place)
        labels = write_maps(place, range(NETWORKS[network].classes), ALL)
        for kind in BUNDLES[network]:
            if kind != "onnx":
                _bundle(network, kind, source, labels, place / "bundles" / kind)
        onnx_bundle.write(place / "bundles" / "onnx", place / "bundles" / "tensorflow")
        graph = onnx_bundle.graph_of(place / "bundles" / "tensorflow")
        with tf.Graph().as_default() as built:
            tf.import_graph_def(graph, name="")
        (place / "labels.txt").write_bytes((place / "bundles" / "litert" / "labels.txt").read_bytes())
        (place / "flops.json").write_text(json.dumps(flops.count(built)) + "\n")


def _source(network: str, place: Path) -> Path:
    """The network as somebody has it: 2015's InceptionV3 as the frozen graph of then, MobileNetV2 as a SavedModel."""
    if network == "InceptionV3":
        source = place / reference_graph.GRAPH
        source.write_bytes(reference_graph.inception_v3(SEED))
        return source
    return mobilenet.save(place / "saved_model", SEED)


def _bundle(network: str, kind: str, source: Path, labels: list[Path], target: Path) -> None:
    engine, _, decode = kind.partition("-")
    arrays = NETWORKS[network]
    scale = None if network == "InceptionV3" else Scale(arrays.scale, arrays.offset)  # the graph says it itself
    options = ImportOptions(str(source), network.lower(), labels, scale=scale, engine=engine, decode=decode or "exact")
    target.parent.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=target.parent) as made:
        import_model(options, Path(made)).folder.rename(target)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
