"""The reference implementation: a TF1 session over the frozen graph, one message at a time, no caching.

Written from its description. As there, graph and session stay in the process between events.
"""

import os
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.request import urlretrieve

import boto3
import numpy as np
import tensorflow as tf

BUCKET, QUEUE, FOLDER = os.environ["BUCKET"], os.environ["QUEUE"], Path(os.environ["FOLDER"])
GRAPH = "classify_image_graph_def.pb"
PROTO = "imagenet_2012_challenge_label_map_proto.pbtxt"
HUMAN = "imagenet_synset_to_human_label_map.txt"
SESSION: Any = None
read_file = cache(Path.read_bytes)


def handler(event: dict[str, Any], _context: object) -> list[str]:
    """Classify the image of each message and send its best label; return the best labels."""
    load()
    labels = []
    for record in event["Records"]:
        image = str(FOLDER / "inputimage.jpg")
        urlretrieve(record["body"].strip("\"'"), image)  # noqa: S310 - as in the original
        best = classify(Path(image).read_bytes(), NodeLookup())[0]
        sqs = boto3.client("sqs")
        address = sqs.get_queue_url(QueueName=QUEUE)["QueueUrl"]
        sqs.send_message(QueueUrl=address, MessageBody=best)
        labels.append(best)
    return labels


def in_memory_handler(event: dict[str, Any], _context: object) -> list[str]:
    """Classify the JPEG at the event's path as often as the event says; return its five best labels.

    The labels are parsed once, unlike in `handler`.
    """
    load()
    lookup = load_lookup()
    jpeg = read_file(Path(event["jpeg"]))
    for _ in range(event["times"]):
        labels = classify(jpeg, lookup)
    return labels


def load() -> None:
    """Download graph and label maps and open the session, on the first call."""
    global SESSION
    if SESSION is not None:
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in (GRAPH, PROTO, HUMAN):
        boto3.client("s3").download_file(BUCKET, f"imagenet/{name}", str(FOLDER / name))
    graph_def = tf.compat.v1.GraphDef()
    graph_def.ParseFromString((FOLDER / GRAPH).read_bytes())
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(graph_def, name="")
    SESSION = tf.compat.v1.Session(graph=graph)


def classify(jpeg: bytes, lookup: "NodeLookup") -> list[str]:
    """Classify a JPEG; return its five best labels, best first."""
    scores = np.squeeze(SESSION.run("softmax:0", {"DecodeJpeg/contents:0": jpeg}))
    return [lookup.get_name(int(index)) for index in scores.argsort()[-5:][::-1]]


class NodeLookup:
    """The name of each class, parsed from the two label maps as in TensorFlow's example of 2015."""

    def __init__(self) -> None:
        pattern = re.compile(r"[n\d]*[ \S,]*")
        human: dict[str, str] = {}
        for line in tf.io.gfile.GFile(str(FOLDER / HUMAN)).readlines():
            parts = pattern.findall(line)
            human[parts[0]] = parts[2]
        synsets: dict[int, str] = {}
        for line in tf.io.gfile.GFile(str(FOLDER / PROTO)).readlines():
            if line.startswith("  target_class:"):
                target = int(line.split(": ")[1])
            if line.startswith("  target_class_string:"):
                synsets[target] = line.split(": ")[1].strip('"\n')
        self._names = {target: human[synset] for target, synset in synsets.items()}

    def get_name(self, target: int) -> str:
        """Look up the name of a class; an empty string for one without a label."""
        return self._names.get(target, "")


@cache
def load_lookup() -> NodeLookup:
    """Parse the label maps, on the first call."""
    return NodeLookup()
