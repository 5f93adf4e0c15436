"""Frozen graphs with the structure of classify_image_graph_def.pb of 2015 and random weights, and their label maps.

The input is a JPEG's bytes at DecodeJpeg/contents; decoding, resizing and normalizing are part of the graph; the output
is 1,008 probabilities at softmax. Node names, operations (the old batch normalization) and version are the original's.
Requires TensorFlow. Write InceptionV3, as large as the original, and its label maps into a folder:
    python -m bench.reference_graph FOLDER
"""

import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from tensorflow.core.framework.tensor_pb2 import TensorProto

from build.model.labels import MAPS

GRAPH = "classify_image_graph_def.pb"
OUTPUTS = 1008
PRODUCER = 8  # the last GraphDef version with BatchNormWithGlobalNormalization
ALL_SYNSETS = range(21_842)  # ImageNet's synsets, a line of about 31 bytes each
# The towers of a block, concatenated at the end. A step is filters:kernel/stride, two of them joined by +, or a pool.
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


class GraphBuilder:
    """Builds a GraphDef with TensorFlow's operations of 2015, node by node. Tensors are node names."""

    def __init__(self, seed: int) -> None:
        self.graph = tf.compat.v1.GraphDef()
        self.graph.versions.producer = PRODUCER
        self.channels: dict[str, int] = {}
        self.random = np.random.default_rng(seed)

    def add_node(self, op: str, name: str, *inputs: str, **attributes: Any) -> str:
        """Add a node and return its name. List attributes are lists of integers."""
        node = self.graph.node.add(op=op, name=name, input=inputs)
        for key, value in attributes.items():
            if isinstance(value, tf.DType):
                node.attr[key].type = value.as_datatype_enum
            elif isinstance(value, str):
                node.attr[key].s = value.encode()
            elif isinstance(value, list):
                node.attr[key].list.i.extend(value)
            elif isinstance(value, TensorProto):
                node.attr[key].tensor.CopyFrom(value)
            else:
                setattr(node.attr[key], {bool: "b", int: "i", float: "f"}[type(value)], value)
        return name

    def add_constant(self, name: str, value: Any) -> str:
        """Add a constant of bytes or an array."""
        proto = tf.make_tensor_proto(value)
        return self.add_node("Const", name, dtype=tf.as_dtype(proto.dtype), value=proto)

    def add_weights(self, name: str, shape: tuple[int, ...], mean: float, deviation: float) -> str:
        """Add a constant of normally distributed float32 weights."""
        return self.add_constant(name, self.random.normal(mean, deviation, shape).astype(np.float32))

    def add_convolution(
        self, name: str, tensor: str, filters: int, kernel: tuple[int, int], stride: int, pad: str
    ) -> str:
        """Add a convolution, batch normalization as of 2015, CheckNumerics and ReLU."""
        channels = self.channels[tensor]
        weights = (*kernel, channels, filters)
        output = self.add_node(
            "Conv2D",
            f"{name}/Conv2D",
            tensor,
            self.add_weights(f"{name}/conv2d_params", weights, 0, math.sqrt(2 / math.prod(weights[:3]))),
            T=tf.float32,
            strides=[1, stride, stride, 1],
            padding=pad,
        )
        output = self.add_node(
            "BatchNormWithGlobalNormalization",
            f"{name}/batchnorm",
            output,
            self.add_weights(f"{name}/batchnorm/moving_mean", (filters,), 0, 0.1),
            self.add_constant(f"{name}/batchnorm/moving_variance", self.random.uniform(0.8, 1.2, filters).astype("f")),
            self.add_weights(f"{name}/batchnorm/beta", (filters,), 0, 0.1),
            self.add_weights(f"{name}/batchnorm/gamma", (filters,), 1, 0.1),
            T=tf.float32,
            variance_epsilon=0.001,
            scale_after_normalization=True,
        )
        checked = self.add_node("CheckNumerics", f"{name}/CheckNumerics", output, T=tf.float32, message="not finite")
        output = self.add_node("Identity", f"{name}/control_dependency", output, f"^{checked}", T=tf.float32)
        self.channels[name] = filters
        return self.add_node("Relu", name, output, T=tf.float32)

    def add_pool(self, name: str, tensor: str, op: str, size: int, stride: int, pad: str) -> str:
        """Add a MaxPool or an AvgPool."""
        self.channels[name] = self.channels[tensor]
        sizes = {"ksize": [1, size, size, 1], "strides": [1, stride, stride, 1]}
        return self.add_node(op, name, tensor, T=tf.float32, padding=pad, **sizes)

    def concatenate(self, name: str, tensors: list[str]) -> str:
        """Concatenate tensors along the channels."""
        axis = self.add_constant(f"{name}/concat_dim", np.int32(3))
        self.channels[name] = sum(self.channels[tensor] for tensor in tensors)
        return self.add_node("Concat", name, axis, *tensors, T=tf.float32, N=len(tensors))

    def add_mixed(self, name: str, tensor: str, towers: list[str]) -> str:
        """Add an Inception block of towers, each a list of steps."""
        ends, named = [], 0
        for tower in map(str.split, towers):
            prefix, end = name, tensor
            if len(tower) > 1:
                prefix = f"{name}/tower_{named}" if named else f"{name}/tower"
                named += 1
            for index, step in enumerate(tower):
                end = self._add_step(
                    prefix, end, step, sum(not before.startswith(("avg", "max")) for before in tower[:index])
                )
            ends.append(end)
        return self.concatenate(f"{name}/join", ends)

    def _add_step(self, prefix: str, tensor: str, step: str, index: int) -> str:
        if "+" in step:
            halves = [
                self._add_step(f"{prefix}/mixed", tensor, half, number) for number, half in enumerate(step.split("+"))
            ]
            return self.concatenate(f"{prefix}/mixed", halves)
        kind, _, stride = step.partition("/")
        pad = "VALID" if stride else "SAME"
        if kind in ("avg", "max"):
            return self.add_pool(f"{prefix}/pool", tensor, f"{kind.title()}Pool", 3, int(stride or 1), pad)
        filters, _, kernel = kind.partition(":")
        height, _, width = (kernel or "1x1").partition("x")
        name = f"{prefix}/conv_{index}" if index else f"{prefix}/conv"
        return self.add_convolution(name, tensor, int(filters), (int(height), int(width)), int(stride or 1), pad)


def create_small_graph(seed: int = 1) -> bytes:
    """Create a graph with two convolutions and one Inception block on 32 x 32 pixels: 0.3 MB, for tests."""
    build = GraphBuilder(seed)
    tensor = build.add_convolution("conv", _add_preprocessing(build, 32), 16, (3, 3), 2, "VALID")
    tensor = build.add_convolution("conv_1", tensor, 24, (3, 3), 1, "SAME")
    tensor = build.add_mixed("mixed", tensor, ["8", "8 12:3x3", "8 8:1x3+8:3x1", "avg 8"])
    return _finish(build, tensor, 15)


def create_inception_v3(seed: int = 1) -> bytes:
    """Create InceptionV3 on 299 x 299 pixels: 95 MB. Source: Szegedy et al. 2015, arXiv:1512.00567."""
    build = GraphBuilder(seed)
    tensor = build.add_convolution("conv", _add_preprocessing(build, 299), 32, (3, 3), 2, "VALID")
    tensor = build.add_convolution("conv_1", tensor, 32, (3, 3), 1, "VALID")
    tensor = build.add_convolution("conv_2", tensor, 64, (3, 3), 1, "SAME")
    tensor = build.add_pool("pool", tensor, "MaxPool", 3, 2, "VALID")
    tensor = build.add_convolution("conv_3", tensor, 80, (1, 1), 1, "VALID")
    tensor = build.add_convolution("conv_4", tensor, 192, (3, 3), 1, "VALID")
    tensor = build.add_pool("pool_1", tensor, "MaxPool", 3, 2, "VALID")
    for index, towers in enumerate(_INCEPTION):
        tensor = build.add_mixed(f"mixed_{index}" if index else "mixed", tensor, towers)
    return _finish(build, tensor, 8)


def write_graph(folder: Path, graph: bytes) -> Path:
    """Write a graph and its two label maps into `folder` with their original names; return the graph's path.

    As in the original, 1,000 of the 1,008 outputs have a label: 1 to 1000.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / GRAPH).write_bytes(graph)
    write_label_maps(folder, range(1, 1001), range(1, 1201))
    return folder / GRAPH


def write_label_maps(folder: Path, classes: range, synsets: range) -> list[Path]:
    """Write label maps in their original format with invented names; return their paths.

    Args:
        folder: The folder to write to.
        classes: The outputs that have a label, for the map from output to synset.
        synsets: The synsets of the map from synset to name.
    """
    entries = "".join(f'entry {{\n  target_class: {n}\n  target_class_string: "n{n:08}"\n}}\n' for n in classes)
    maps = [folder / name for name in MAPS]
    maps[0].write_text(f"# -*- protobuf -*-\n# LabelMap from UID to int32 target class.\n{entries}")
    maps[1].write_text("".join(f"n{n:08}\tthing {n}, object {n}\n" for n in synsets))
    return maps


def _add_preprocessing(build: GraphBuilder, size: int) -> str:
    """Add decoding, resizing and normalizing: JPEG bytes to float32 [1, size, size, 3] in -1..1."""
    tensor = build.add_node("DecodeJpeg", "DecodeJpeg", build.add_constant("DecodeJpeg/contents", b""), channels=3)
    tensor = build.add_node("Cast", "Cast", tensor, SrcT=tf.uint8, DstT=tf.float32)
    first = build.add_constant("ExpandDims/dim", np.int32(0))
    tensor = build.add_node("ExpandDims", "ExpandDims", tensor, first, T=tf.float32)
    target = build.add_constant("ResizeBilinear/size", np.array([size, size], np.int32))
    tensor = build.add_node("ResizeBilinear", "ResizeBilinear", tensor, target, T=tf.float32)
    tensor = build.add_node("Sub", "Sub", tensor, build.add_constant("Sub/y", np.float32(128)), T=tf.float32)
    tensor = build.add_node("Mul", "Mul", tensor, build.add_constant("Mul/y", np.float32(1 / 128)), T=tf.float32)
    build.channels[tensor] = 3
    return tensor


def _finish(build: GraphBuilder, tensor: str, size: int) -> bytes:
    """Add the average over size x size positions and the softmax, and return the serialized graph."""
    channels = build.channels[tensor]
    tensor = build.add_pool("pool_3", tensor, "AvgPool", size, 1, "VALID")
    flat = build.add_constant("pool_3/_reshape/shape", np.array([-1, channels], np.int32))
    tensor = build.add_node("Reshape", "pool_3/_reshape", tensor, flat, T=tf.float32)
    features = _compute_features(build, tensor)
    weights = build.random.normal(0, 1, (channels, OUTPUTS)).astype(np.float32)
    # Averages over random weights hardly differ between images: center and spread the scores.
    weights *= 2.5 / ((features - features.mean(axis=0)) @ weights).std()
    weighted = build.add_constant("softmax/weights", weights)
    tensor = build.add_node("MatMul", "softmax/logits/MatMul", tensor, weighted, T=tf.float32)
    biases = build.add_constant("softmax/biases", -features.mean(axis=0) @ weights)
    tensor = build.add_node("BiasAdd", "softmax/logits", tensor, biases, T=tf.float32)
    build.add_node("Softmax", "softmax", tensor, T=tf.float32)
    content: bytes = build.graph.SerializeToString()
    return content


def _compute_features(build: GraphBuilder, tensor: str) -> NDArray[np.float32]:
    """Compute the value of `tensor`, float32 [8, n], for eight images of coloured patches."""
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        tf.import_graph_def(build.graph, name="")
        patches = (build.random.uniform(0, 255, (1, 3 + i, 3 + i, 3)).astype(np.float32) for i in range(8))
        return np.concatenate([session.run(f"{tensor}:0", {"ExpandDims:0": patch}) for patch in patches])


if __name__ == "__main__":
    print(write_graph(Path(sys.argv[1]), create_inception_v3()))
