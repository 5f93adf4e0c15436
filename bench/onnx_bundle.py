"""A bundle for ONNX Runtime, converted from the one for TensorFlow, so that both hold the same folded network."""

import json
from pathlib import Path

import tensorflow as tf
import tf2onnx

from build import bundle

OPSET = 18


def write(folder: Path, source: Path) -> None:
    """Write the bundle. Its model is an ONNX file under the name of LiteRT's, whose place in the worker it takes."""
    manifest = json.loads((source / bundle.MANIFEST).read_text())
    takes, gives = (f"{manifest['tensors'][end]}:0" for end in ("input", "output"))
    converted, _ = tf2onnx.convert.from_graph_def(
        graph_of(source), input_names=[takes], output_names=[gives], opset=OPSET
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


def graph_of(source: Path) -> tf.compat.v1.GraphDef:
    """The graph of a bundle for TensorFlow."""
    graph = tf.compat.v1.GraphDef()
    graph.ParseFromString((source / json.loads((source / bundle.MANIFEST).read_text())["model"]).read_bytes())
    return graph
