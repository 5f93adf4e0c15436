"""Write a frozen graph node by node, with TensorFlow's operations of 2015."""

import math
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow.core.framework.tensor_pb2 import TensorProto

PRODUCER = 8  # the last version that knows BatchNormWithGlobalNormalization


class Builder:
    """A GraphDef that grows node by node; tensors are node names."""

    def __init__(self, seed: int) -> None:
        self.graph = tf.compat.v1.GraphDef()
        self.graph.versions.producer = PRODUCER
        self.channels: dict[str, int] = {}
        self.random = np.random.default_rng(seed)

    def node(self, op: str, name: str, *inputs: str, **attributes: Any) -> str:
        """Add a node; a list attribute holds whole numbers."""
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

    def constant(self, name: str, value: Any) -> str:
        """Add a constant: bytes or an array."""
        proto = tf.make_tensor_proto(value)
        return self.node("Const", name, dtype=tf.as_dtype(proto.dtype), value=proto)

    def normal(self, name: str, shape: tuple[int, ...], mean: float, deviation: float) -> str:
        """Add random float32 weights."""
        return self.constant(name, self.random.normal(mean, deviation, shape).astype(np.float32))

    def convolution(self, name: str, tensor: str, filters: int, kernel: tuple[int, int], stride: int, pad: str) -> str:
        """Convolution, old batch normalisation, a check for numbers, ReLU."""
        wide = self.channels[tensor]
        weights = (*kernel, wide, filters)
        made = self.node(
            "Conv2D",
            f"{name}/Conv2D",
            tensor,
            self.normal(f"{name}/conv2d_params", weights, 0, math.sqrt(2 / math.prod(weights[:3]))),
            T=tf.float32,
            strides=[1, stride, stride, 1],
            padding=pad,
        )
        made = self.node(
            "BatchNormWithGlobalNormalization",
            f"{name}/batchnorm",
            made,
            self.normal(f"{name}/batchnorm/moving_mean", (filters,), 0, 0.1),
            self.constant(f"{name}/batchnorm/moving_variance", self.random.uniform(0.8, 1.2, filters).astype("f")),
            self.normal(f"{name}/batchnorm/beta", (filters,), 0, 0.1),
            self.normal(f"{name}/batchnorm/gamma", (filters,), 1, 0.1),
            T=tf.float32,
            variance_epsilon=0.001,
            scale_after_normalization=True,
        )
        checked = self.node("CheckNumerics", f"{name}/CheckNumerics", made, T=tf.float32, message="not finite")
        made = self.node("Identity", f"{name}/control_dependency", made, f"^{checked}", T=tf.float32)
        self.channels[name] = filters
        return self.node("Relu", name, made, T=tf.float32)

    def pool(self, name: str, tensor: str, op: str, size: int, stride: int, pad: str) -> str:
        """MaxPool or AvgPool."""
        self.channels[name] = self.channels[tensor]
        sizes = {"ksize": [1, size, size, 1], "strides": [1, stride, stride, 1]}
        return self.node(op, name, tensor, T=tf.float32, padding=pad, **sizes)

    def join(self, name: str, tensors: list[str]) -> str:
        """The channels of all tensors, one after the other."""
        axis = self.constant(f"{name}/concat_dim", np.int32(3))
        self.channels[name] = sum(self.channels[tensor] for tensor in tensors)
        return self.node("Concat", name, axis, *tensors, T=tf.float32, N=len(tensors))

    def mixed(self, name: str, tensor: str, towers: list[str]) -> str:
        """A block of towers, each of steps."""
        ends, named = [], 0
        for tower in map(str.split, towers):
            prefix, end = name, tensor
            if len(tower) > 1:
                prefix = f"{name}/tower_{named}" if named else f"{name}/tower"
                named += 1
            for index, step in enumerate(tower):
                end = self._step(prefix, end, step, sum(not kind.startswith(("avg", "max")) for kind in tower[:index]))
            ends.append(end)
        return self.join(f"{name}/join", ends)

    def _step(self, prefix: str, tensor: str, step: str, index: int) -> str:
        if "+" in step:
            halves = [self._step(f"{prefix}/mixed", tensor, half, at) for at, half in enumerate(step.split("+"))]
            return self.join(f"{prefix}/mixed", halves)
        what, _, stride = step.partition("/")
        pad = "VALID" if stride else "SAME"
        if what in ("avg", "max"):
            return self.pool(f"{prefix}/pool", tensor, f"{what.title()}Pool", 3, int(stride or 1), pad)
        filters, _, kernel = what.partition(":")
        high, _, wide = (kernel or "1x1").partition("x")
        name = f"{prefix}/conv_{index}" if index else f"{prefix}/conv"
        return self.convolution(name, tensor, int(filters), (int(high), int(wide)), int(stride or 1), pad)
