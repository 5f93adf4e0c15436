"""Create small models of every kind, with random weights; some of them cannot be imported."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from PIL import Image

from bench import reference_graph

SIDE = 16
LABELS = ["ant", "bee", "cat", "dog", "eel"]
layers = tf.keras.layers


def create_models(folder: Path) -> None:
    """Write all models and other files into `folder`."""
    tf.keras.utils.set_random_seed(3)
    write_photos(folder / "photos")
    write_text_files(folder)
    write_frozen_graphs(folder)
    write_keras_files(folder)
    write_invalid_models(folder)


def write_photos(folder: Path) -> None:
    """Write three JPEGs, larger than a model's input and one of them grey, a PNG, and an invalid image."""
    folder.mkdir()
    random = np.random.default_rng(5)
    for number, (mode, size) in enumerate([("RGB", (70, 50)), ("RGB", (33, 90)), ("L", (64, 64))]):
        shape = (7, 5) if mode == "L" else (7, 5, 3)
        image = Image.fromarray(random.integers(0, 256, shape, dtype=np.uint8)).resize(size)
        image.save(folder / f"{number}.jpg", quality=90)
    image.save(folder / "3.png")
    (folder / "4.png").write_bytes(b"no image")


def write_text_files(folder: Path) -> None:
    """Write label files, and files that are not models."""
    (folder / "five.txt").write_text("\n".join(LABELS) + "\n\n")
    (folder / "five.json").write_text('{"4": "eel", "0": "ant", "1": "bee", "3": "dog", "2": ["n2", "cat"]}')
    (folder / "four.txt").write_text("\n".join(LABELS[:4]))
    (folder / "empty.pb").touch()
    for kind in ("keras", "pb", "tflite"):
        (folder / f"garbage.{kind}").write_bytes(bytes(range(256)))


def write_frozen_graphs(folder: Path) -> None:
    """Write the reference graph and variants: renamed with a placeholder, with another resize, with a crop."""
    content = reference_graph.create_small_graph()
    reference_graph.write_graph(folder / "reference", content)
    save_scores(folder / "photos", content, folder / "reference.npy")
    graph = tf.compat.v1.GraphDef.FromString(content)
    for node in graph.node:
        node.name = rename(node.name)
        node.input[:] = [f"{'^' * name.startswith('^')}{rename(name.lstrip('^'))}" for name in node.input]
    contents = next(node for node in graph.node if node.name == "net/readjpeg/contents")
    contents.op = "Placeholder"
    del contents.attr["value"]
    (folder / "renamed.pb").write_bytes(graph.SerializeToString())
    centred = tf.compat.v1.GraphDef.FromString(content)
    next(node for node in centred.node if node.op == "ResizeBilinear").attr["half_pixel_centers"].b = True
    (folder / "centred.pb").write_bytes(centred.SerializeToString())
    cropped = tf.compat.v1.GraphDef.FromString(content)
    next(node for node in cropped.node if node.op == "ResizeBilinear").input[0] = "Crop"
    crop = cropped.node.add(
        op="CropAndResize", name="Crop", input=["ExpandDims", "boxes", "indices", "ResizeBilinear/size"]
    )
    crop.attr["T"].type = tf.float32.as_datatype_enum
    build = reference_graph.GraphBuilder(1)
    build.add_constant("boxes", np.array([[0, 0, 1, 1]], np.float32))
    build.add_constant("indices", np.array([0], np.int32))
    cropped.node.extend(build.graph.node)
    (folder / "cropped.pb").write_bytes(cropped.SerializeToString())
    variables = tf.compat.v1.GraphDef()
    variables.node.add(op="VariableV2", name="weights")
    (folder / "variables.pb").write_bytes(variables.SerializeToString())


def rename(name: str) -> str:
    """Return another name, without the words of the original."""
    return f"net/{name.replace('Decode', 'Read').lower()}"


def save_scores(photos: Path, graph: bytes, file: Path) -> None:
    """Save the scores of each JPEG's bytes by a TF1 session of the original graph, float32 [3, 1008]."""
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        tf.import_graph_def(tf.compat.v1.GraphDef.FromString(graph), name="")
        jpegs = sorted(photos.glob("*.jpg"))
        np.save(
            file,
            np.concatenate([session.run("softmax:0", {"DecodeJpeg/contents:0": jpeg.read_bytes()}) for jpeg in jpegs]),
        )


def network(
    *ends: Any, sides: tuple[int | None, int | None] = (SIDE, SIDE), channels: int = 3, front: Any = None
) -> Any:
    """Return a network of both kinds of convolution, each with a batch normalization, then the layers `ends`."""
    start = tensor = layers.Input((*sides, channels))
    if front is not None:
        tensor = front(tensor)
    tensor = layers.Conv2D(8, 3, kernel_initializer="he_normal", bias_initializer="random_normal")(tensor)
    tensor = layers.ReLU()(batch_normalization()(tensor))
    tensor = layers.DepthwiseConv2D(3, depth_multiplier=2, use_bias=False, depthwise_initializer="he_normal")(tensor)
    tensor = layers.ReLU(6.0)(batch_normalization()(tensor))
    tensor = layers.GlobalAveragePooling2D()(tensor)
    for end in ends:
        tensor = end(tensor)
    return tf.keras.Model(start, tensor)


def batch_normalization() -> Any:
    """Return a batch normalization with random statistics, as after training."""
    uniform = tf.keras.initializers.RandomUniform
    return layers.BatchNormalization(
        gamma_initializer=uniform(0.5, 1.5, seed=1),
        beta_initializer=uniform(-0.5, 0.5, seed=2),
        moving_mean_initializer=uniform(-0.5, 0.5, seed=3),
        moving_variance_initializer=uniform(0.5, 1.5, seed=4),
    )


def dense(outputs: int = len(LABELS), activation: str | None = "softmax", spread: float = 3.0) -> Any:
    """Return the last layer; with a large `spread` of its weights, scores of images differ."""
    return layers.Dense(outputs, activation, kernel_initializer=tf.keras.initializers.RandomNormal(0, spread, seed=7))


def write_keras_files(folder: Path) -> None:
    """Write models in the formats of Keras, and conversions of them."""
    small = network(dense())
    small.save(folder / "small.keras")
    small.save(folder / "small.h5")
    small.save_weights(folder / "only.weights.h5")
    small.export(folder / "saved", verbose=False)
    (folder / "small.tflite").write_bytes(tf.lite.TFLiteConverter.from_saved_model(str(folder / "saved")).convert())
    network(dense(), sides=(None, None)).save(folder / "any_size.keras")
    logits = network(dense(activation=None), front=layers.Rescaling(1 / 127.5, -1))
    logits.save(folder / "logits.keras")
    (folder / "logits.tflite").write_bytes(tf.lite.TFLiteConverter.from_keras_model(logits).convert())
    network(dense(activation="sigmoid")).save(folder / "sigmoid.keras")
    network(dense(), channels=1).save(folder / "grey.keras")
    network(layers.Activation("tanh"), tf.keras.ops.erfinv, dense()).save(folder / "erfinv.keras")
    close = network(dense(1000))
    common = np.random.default_rng(9).normal(0, 0.1, (16, 1)).astype(np.float32)
    close.layers[-1].kernel.assign(common + close.layers[-1].kernel * 1e-4)
    close.save(folder / "close.keras")


def write_invalid_models(folder: Path) -> None:
    """Write models that the import refuses."""
    one, other = layers.Input((SIDE, SIDE, 3)), layers.Input((SIDE, SIDE, 3))
    joined = layers.Flatten()(layers.Add()([one, other]))
    tf.keras.Model([one, other], dense()(joined)).save(folder / "two_inputs.keras")
    flat = layers.Flatten()(one)
    tf.keras.Model(one, [dense()(flat), dense()(flat)]).save(folder / "two_outputs.keras")
    line = layers.Input((48,))
    tf.keras.Model(line, dense()(line)).save(folder / "flat.keras")
    network(dense(), channels=4).save(folder / "four_channels.keras")
    network(dense(1, "sigmoid")).save(folder / "one_score.keras")
    tf.keras.Model(one, layers.Conv2D(5, 3)(one)).save(folder / "map.keras")
    broken = network(dense())
    broken.layers[-1].bias.assign([math.nan] * len(LABELS))
    broken.save(folder / "nan.keras")
    network(layers.Lambda(lambda tensor: tensor * 2), dense()).save(folder / "lambda.keras")
    doubled = type("Doubled", (layers.Layer,), {"call": lambda _, tensor: tensor * 2})  # not importable by name
    network(doubled(), dense()).save(folder / "custom.keras")
    integers = tf.lite.TFLiteConverter.from_saved_model(str(folder / "saved"))
    integers.optimizations = [tf.lite.Optimize.DEFAULT]
    integers.representative_dataset = lambda: ([np.full((1, SIDE, SIDE, 3), part, np.float32)] for part in (0, 1))
    integers.inference_input_type = tf.uint8
    (folder / "bytes.tflite").write_bytes(integers.convert())
