"""A TensorFlow function with variables to a frozen graph."""

from collections.abc import Callable
from typing import Any

import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

from build.model.graph import Graph, operation
from build.model.sources.source import Shape


def frozen(function: Callable[[Any], Any], shape: Shape) -> Graph:
    """The graph of `function` for one float32 image [1, *shape], its variables constants and its calls inlined.

    Weights are frozen here, not by TFLiteConverter.from_saved_model: that may drop those of a Keras 3 model in silence.
    """
    takes = tf.TensorSpec([1, *shape], tf.float32, name="image")
    traced = tf.function(lambda image: tf.cast(function(image), tf.float32)).get_concrete_function(takes)
    constant = convert_variables_to_constants_v2(traced, lower_control_flow=False)
    (image,) = constant.inputs
    (scores,) = constant.outputs
    return Graph(constant.graph.as_graph_def(), operation(image.name), operation(scores.name))
