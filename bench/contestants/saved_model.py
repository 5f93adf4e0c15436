"""TensorFlow as its guide shows it: a SavedModel, images fetched and decoded by TensorFlow's own operations."""

import os
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


def handler(event: dict[str, Any], _context: object) -> list[str]:
    """Classify the image of each message and send its five best labels on. Returns the best labels."""
    answers = []
    for record in event["Records"]:
        with urlopen(record["body"]) as reply:  # noqa: S310 - loopback
            labels = top_five(reply.read())
        SQS.send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody="\n".join(labels))
        answers.append(labels[0])
    return answers


def top_five(jpeg: bytes) -> list[str]:
    """The five best labels of a JPEG, best first."""
    pixels = tf.cast(tf.io.decode_jpeg(jpeg, channels=3), tf.float32)
    sized = tf.compat.v1.image.resize_bilinear(pixels[None], (SIZE, SIZE))
    scores = SERVE(pixels=sized * SCALE + OFFSET)["scores"][0].numpy()
    return [LABELS[place] for place in np.argsort(-scores)[:5]]
