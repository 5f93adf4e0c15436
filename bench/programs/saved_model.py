"""TensorFlow as in its guide: a SavedModel, with images fetched and decoded by TensorFlow's own operations."""

import os
from functools import cache
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import boto3
import numpy as np
import tensorflow as tf

SIZE, SCALE, OFFSET = int(os.environ["SIZE"]), float(os.environ["SCALE"]), float(os.environ["OFFSET"])
THREADS = int(os.environ["THREADS"])
tf.config.threading.set_intra_op_parallelism_threads(THREADS)
MODEL = tf.saved_model.load(os.environ["NETWORK"])
SERVE = MODEL.signatures["serving_default"]
with open(os.environ["LABELS"]) as file:  # noqa: PTH123
    LABELS = file.read().splitlines()
SQS = boto3.client("sqs")
read_file = cache(Path.read_bytes)


def handler(event: dict[str, Any], _context: object) -> list[str]:
    """Classify the image of each message and send its five best labels; return the best labels."""
    best = []
    for record in event["Records"]:
        with urlopen(record["body"]) as reply:  # noqa: S310 - loopback
            labels = classify(reply.read())
        SQS.send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody="\n".join(labels))
        best.append(labels[0])
    return best


def in_memory_handler(event: dict[str, Any], _context: object) -> list[str]:
    """Classify the JPEG at the event's path as often as the event says; return its five best labels."""
    jpeg = read_file(Path(event["jpeg"]))
    for _ in range(event["times"]):
        labels = classify(jpeg)
    return labels


def classify(jpeg: bytes) -> list[str]:
    """Classify a JPEG; return its five best labels, best first."""
    pixels = tf.cast(tf.io.decode_jpeg(jpeg, channels=3), tf.float32)
    resized = tf.compat.v1.image.resize_bilinear(pixels[None], (SIZE, SIZE))
    scores = SERVE(pixels=resized * SCALE + OFFSET)["scores"][0].numpy()
    return [LABELS[index] for index in np.argsort(-scores)[:5]]
