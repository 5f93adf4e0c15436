"""The benchmark's test bed: an image server with the photos, and a local cloud with models and queues."""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import boto3

from bench.photos import Photo, create_photos
from bench.process import CompetitorError
from build import bundle
from localcloud import LocalCloud
from sluice.image_server import File, ImageServer
from sluice.sqs.messages import take_bodies

BUCKET = "sluice-bench-models"
LABELS_QUEUE = "sluice-bench-labels"

_message_numbers = count()


@dataclass(frozen=True)
class Testbed:
    """A running test bed.

    Attributes:
        folder: The folder for logs and files.
        server: The image server.
        cloud: The environment variables of the local cloud.
        photos: The photos by size.
        images: The URL of the images queue.
        predictions: The URL of the predictions queue (FIFO).
        labels: The URL of the queue for labels of other programs.
        sqs: A client of SQS.
    """

    __test__ = False  # pytest: not a test class

    folder: Path
    server: ImageServer
    cloud: dict[str, str]
    photos: dict[str, list[Photo]]
    images: str
    predictions: str
    labels: str
    sqs: Any

    def create_event(self, size: str, images: int = 1) -> dict[str, Any]:
        """Create an event as SQS's poller passes it to a function, with the URLs of photos of a size."""
        addresses = [self.server.url(self.photos[size][n % len(self.photos[size])].path) for n in range(images)]
        return {"Records": [_create_record(next(_message_numbers), address) for address in addresses]}

    def write_photo(self, size: str) -> Path:
        """Write a photo of a size as a file and return its path."""
        path = self.folder / "photos" / f"{size.replace(' ', '')}.jpg"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self.photos[size][0].jpeg)
        return path

    def receive_labels(self, queue: str, images: int) -> list[str]:
        """Receive results from a queue, delete them, and return their best labels.

        Raises:
            CompetitorError: A result is missing or is a rejection.
        """
        labels: list[str] = []
        while len(labels) < images:
            bodies = take_bodies(self.sqs, queue, wait=2)
            if not bodies:
                raise CompetitorError(f"Only {len(labels)} of {images} results arrived.")
            labels += map(_best_label, bodies)
        return labels


@contextmanager
def start_testbed(folder: Path) -> Iterator[Testbed]:
    """Start a test bed with its files in `folder`, and stop it on exit."""
    photos = create_photos()
    files = {photo.path: File(photo.jpeg, "image/jpeg") for size in photos.values() for photo in size}
    with ImageServer(files.get) as server, LocalCloud.start(folder / "cloud") as cloud:
        os.environ |= cloud.environment()
        session = boto3.Session()  # the default session may have another cloud's keys
        sqs = session.client("sqs")
        queues = ("sluice-bench-images", LABELS_QUEUE)
        images, labels = (sqs.create_queue(QueueName=name)["QueueUrl"] for name in queues)
        predictions = sqs.create_queue(QueueName="sluice-bench-predictions.fifo", Attributes={"FifoQueue": "true"})
        session.client("s3").create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": cloud.state.region}
        )
        yield Testbed(folder, server, cloud.environment(), photos, images, predictions["QueueUrl"], labels, sqs)


def upload_files(folder: Path, keys: Sequence[str], prefix: str) -> None:
    """Upload files of a folder to the model bucket."""
    s3 = boto3.Session().client("s3")
    for key in keys:
        s3.upload_file(str(folder / key), BUCKET, f"{prefix}/{key}")


def upload_bundle(folder: Path) -> str:
    """Upload a bundle to the model bucket and return its address.

    Raises:
        CompetitorError: The folder is not a valid bundle.
    """
    try:
        manifest = bundle.verify(folder)
    except bundle.BundleError as error:
        raise CompetitorError(str(error)) from None
    prefix = f"{manifest['name']}/{bundle.digest(folder)}"
    upload_files(folder, [*manifest["files"], bundle.MANIFEST], prefix)
    return f"s3://{BUCKET}/{prefix}"


def _create_record(number: int, address: str) -> dict[str, Any]:
    return {
        "messageId": f"bench-{number}",
        "receiptHandle": f"bench-{number}",
        "body": address,
        "attributes": {"ApproximateReceiveCount": "1"},
        "eventSource": "aws:sqs",
    }


def _best_label(body: str) -> str:
    if not body.startswith("{"):
        return body.splitlines()[0]
    result = json.loads(body)
    if "labels" not in result:
        raise CompetitorError(f"An image was rejected: {result['rejection']['message']}")
    label: str = result["labels"][0]["label"]
    return label
