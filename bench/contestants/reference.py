"""The reference's way: a TF1 session over the frozen graph, a message at a time, everything fetched and parsed anew.

Written from its description. Its one kindness is kept: graph and session stay in the process between events.
"""

import os
import re
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


def handler(event: dict[str, Any], _context: object) -> list[str]:
    """Classify the image of each message and send on its best label's text. Returns the best labels."""
    load()
    answers = []
    for record in event["Records"]:
        image = str(FOLDER / "inputimage.jpg")
        urlretrieve(record["body"].strip("\"'"), image)  # noqa: S310 - as it was
        best = top_five(Path(image).read_bytes(), NodeLookup())[0]
        sqs = boto3.client("sqs")
        address = sqs.get_queue_url(QueueName=QUEUE)["QueueUrl"]
        sqs.send_message(QueueUrl=address, MessageBody=best)
        answers.append(best)
    return answers


def load() -> None:
    """Download graph and label maps and open the session, unless that was done."""
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


def top_five(jpeg: bytes, lookup: "NodeLookup") -> list[str]:
    """The five best labels of a JPEG, best first."""
    scores = np.squeeze(SESSION.run("softmax:0", {"DecodeJpeg/contents:0": jpeg}))
    return [lookup.name(int(place)) for place in scores.argsort()[-5:][::-1]]


class NodeLookup:
    """The words for each class, read from the two label maps as TensorFlow's own example of the time reads them."""

    def __init__(self) -> None:
        words = re.compile(r"[n\d]*[ \S,]*")
        human: dict[str, str] = {}
        for line in tf.io.gfile.GFile(str(FOLDER / HUMAN)).readlines():
            found = words.findall(line)
            human[found[0]] = found[2]
        synsets: dict[int, str] = {}
        for line in tf.io.gfile.GFile(str(FOLDER / PROTO)).readlines():
            if line.startswith("  target_class:"):
                target = int(line.split(": ")[1])
            if line.startswith("  target_class_string:"):
                synsets[target] = line.split(": ")[1].strip('"\n')
        self._names = {target: human[synset] for target, synset in synsets.items()}

    def name(self, target: int) -> str:
        return self._names.get(target, "")
