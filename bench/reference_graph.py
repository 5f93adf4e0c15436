"""Frozen graphs of the structure of 2015's classify_image_graph_def.pb, with random weights, and their label maps.

JPEG bytes go in at DecodeJpeg/contents; decoding, resizing and normalising lie in the graph; 1,008 probabilities
come out of softmax. Node names, operations (the old batch normalisation among them) and version are the original's.
Needs TensorFlow. Write the whole InceptionV3, as large as the original, and its label maps into a folder:
    python -m bench.reference_graph FOLDER
"""

import sys
from pathlib import Path

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from bench.graph_builder import Builder
from bench.labels import write_maps

GRAPH = "classify_image_graph_def.pb"
OUTPUTS = 1008

# A block's towers, joined at the end. A step is filters:kernel/stride, two of them joined by +, or a pooling.
_NARROW = ["192", "{0} {0}:1x7 192:7x1", "{0} {0}:7x1 {0}:1x7 {0}:7x1 192:1x7", "avg 192"]
_INCEPTION = [
    ["64", "48 64:5x5", "64 96:3x3 96:3x3", "avg 32"],
    ["64", "48 64:5x5", "64 96:3x3 96:3x3", "avg 64"],
    ["64", "48 64:5x5", "64 96:3x3 96:3x3", "avg 64"],
    ["384:3x3/2", "64 96:3x3 96:3x3/2", "max/2"],
    [tower.format(128) for tower in _NARROW],
    [tower.format(160) for tower in _NARROW],
    [tower.format(160) for tower in _NARROW],
    [tower.format(192) for tower in _NARROW],
    ["192 320:3x3/2", "192 192:1x7 192:7x1 192:3x3/2", "max/2"],
    ["320", "384 384:1x3+384:3x1", "448 384:3x3 384:1x3+384:3x1", "avg 192"],
    ["320", "384 384:1x3+384:3x1", "448 384:3x3 384:1x3+384:3x1", "max 192"],
]


def small(seed: int = 1) -> bytes:
    """A graph with two convolutions and one mixed block on 32 x 32 pixels: 0.3 MB, for tests."""
    build = Builder(seed)
    tensor = build.convolution("conv", _front(build, 32), 16, (3, 3), 2, "VALID")
    tensor = build.convolution("conv_1", tensor, 24, (3, 3), 1, "SAME")
    tensor = build.mixed("mixed", tensor, ["8", "8 12:3x3", "8 8:1x3+8:3x1", "avg 8"])
    return _finished(build, tensor, 15)


def inception_v3(seed: int = 1) -> bytes:
    """The whole network on 299 x 299 pixels: 95 MB. Source: Szegedy et al. 2015, arXiv:1512.00567."""
    build = Builder(seed)
    tensor = build.convolution("conv", _front(build, 299), 32, (3, 3), 2, "VALID")
    tensor = build.convolution("conv_1", tensor, 32, (3, 3), 1, "VALID")
    tensor = build.convolution("conv_2", tensor, 64, (3, 3), 1, "SAME")
    tensor = build.pool("pool", tensor, "MaxPool", 3, 2, "VALID")
    tensor = build.convolution("conv_3", tensor, 80, (1, 1), 1, "VALID")
    tensor = build.convolution("conv_4", tensor, 192, (3, 3), 1, "VALID")
    tensor = build.pool("pool_1", tensor, "MaxPool", 3, 2, "VALID")
    for index, towers in enumerate(_INCEPTION):
        tensor = build.mixed(f"mixed_{index}" if index else "mixed", tensor, towers)
    return _finished(build, tensor, 8)


def write(folder: Path, graph: bytes) -> Path:
    """Put the graph and its two label maps into `folder` under their names of old; returns the graph's path.

    As in the original, 1,000 of the 1,008 outputs have a label: 1 to 1000.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / GRAPH).write_bytes(graph)
    write_maps(folder, range(1, 1001), range(1, 1201))
    return folder / GRAPH


def _front(build: Builder, size: int) -> str:
    """From JPEG bytes to what the network takes: float32 [1, size, size, 3] in -1..1."""
    tensor = build.node("DecodeJpeg", "DecodeJpeg", build.constant("DecodeJpeg/contents", b""), channels=3)
    tensor = build.node("Cast", "Cast", tensor, SrcT=tf.uint8, DstT=tf.float32)
    first = build.constant("ExpandDims/dim", np.int32(0))
    tensor = build.node("ExpandDims", "ExpandDims", tensor, first, T=tf.float32)
    wanted = build.constant("ResizeBilinear/size", np.array([size, size], np.int32))
    tensor = build.node("ResizeBilinear", "ResizeBilinear", tensor, wanted, T=tf.float32)
    tensor = build.node("Sub", "Sub", tensor, build.constant("Sub/y", np.float32(128)), T=tf.float32)
    tensor = build.node("Mul", "Mul", tensor, build.constant("Mul/y", np.float32(1 / 128)), T=tf.float32)
    build.channels[tensor] = 3
    return tensor


def _finished(build: Builder, tensor: str, size: int) -> bytes:
    """The graph, with its average over size x size places and the softmax."""
    wide = build.channels[tensor]
    tensor = build.pool("pool_3", tensor, "AvgPool", size, 1, "VALID")
    flat = build.constant("pool_3/_reshape/shape", np.array([-1, wide], np.int32))
    tensor = build.node("Reshape", "pool_3/_reshape", tensor, flat, T=tf.float32)
    features = _features(build, tensor)
    weights = build.random.normal(0, 1, (wide, OUTPUTS)).astype(np.float32)
    # Averages over random weights hardly tell images apart: centred and spread, the scores do.
    weights *= 2.5 / ((features - features.mean(axis=0)) @ weights).std()
    weighted = build.constant("softmax/weights", weights)
    tensor = build.node("MatMul", "softmax/logits/MatMul", tensor, weighted, T=tf.float32)
    biases = build.constant("softmax/biases", -features.mean(axis=0) @ weights)
    tensor = build.node("BiasAdd", "softmax/logits", tensor, biases, T=tf.float32)
    build.node("Softmax", "softmax", tensor, T=tf.float32)
    content: bytes = build.graph.SerializeToString()
    return content


def _features(build: Builder, tensor: str) -> NDArray[np.float32]:
    """What arrives at `tensor`, float32 [8, n], for eight images of coloured patches."""
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        tf.import_graph_def(build.graph, name="")
        patches = (build.random.uniform(0, 255, (1, 3 + i, 3 + i, 3)).astype(np.float32) for i in range(8))
        return np.concatenate([session.run(f"{tensor}:0", {"ExpandDims:0": patch}) for patch in patches])


if __name__ == "__main__":
    print(write(Path(sys.argv[1]), inception_v3()))
