"""What surrounds the contestants: a web site with the photos, a local cloud with models and queues."""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import boto3

from bench import photos
from bench.photos import Photo
from bench.process import ContestantError
from build import bundle
from localcloud import LocalCloud
from sluice.image_server import File, ImageServer
from sluice.sqs.messages import take_bodies

BUCKET = "sluice-bench-models"
LABELS = "sluice-bench-labels"

_number = count()


@dataclass(frozen=True)
class World:
    """`images`, `predictions` (FIFO) and `labels` are queues' addresses, `cloud` the variables that lead to them."""

    folder: Path
    server: ImageServer
    cloud: dict[str, str]
    photos: dict[str, list[Photo]]
    images: str
    predictions: str
    labels: str
    sqs: Any

    def event(self, size: str, images: int = 1) -> dict[str, Any]:
        """An event as SQS's poller gives it to a function, with the addresses of that many photos of a size."""
        addresses = [self.server.url(self.photos[size][n % len(self.photos[size])].path) for n in range(images)]
        return {"Records": [_record(next(_number), address) for address in addresses]}

    def file(self, size: str) -> Path:
        """A photo of that size as a file."""
        path = self.folder / "photos" / f"{size.replace(' ', '')}.jpg"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self.photos[size][0].jpeg)
        return path

    def collect(self, queue: str, images: int) -> list[str]:
        """The best labels of that many results, taken off a queue. ContestantError when one is missing or none."""
        found: list[str] = []
        while len(found) < images:
            bodies = take_bodies(self.sqs, queue, wait=2)
            if not bodies:
                raise ContestantError(f"Of {images} results, {len(found)} arrived.")
            found += map(_best, bodies)
        return found


@contextmanager
def opened(folder: Path) -> Iterator[World]:
    """Set it all up below `folder`; it is gone afterwards."""
    made = photos.make()
    files = {photo.path: File(photo.jpeg, "image/jpeg") for size in made.values() for photo in size}
    with ImageServer(files.get) as server, LocalCloud.start(folder / "cloud") as cloud:
        os.environ |= cloud.environment()
        session = boto3.Session()  # the default one may remember another cloud's keys
        sqs = session.client("sqs")
        images, labels = (sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("sluice-bench-images", LABELS))
        predictions = sqs.create_queue(QueueName="sluice-bench-predictions.fifo", Attributes={"FifoQueue": "true"})
        session.client("s3").create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": cloud.state.region}
        )
        yield World(folder, server, cloud.environment(), made, images, predictions["QueueUrl"], labels, sqs)


def upload(folder: Path, keys: Sequence[str], prefix: str) -> None:
    """Put files of a folder into the bucket of models."""
    s3 = boto3.Session().client("s3")
    for key in keys:
        s3.upload_file(str(folder / key), BUCKET, f"{prefix}/{key}")


def upload_bundle(folder: Path) -> str:
    """Put a bundle into the bucket of models; its address. ContestantError when it is none."""
    try:
        manifest = bundle.verify(folder)
    except bundle.BundleError as error:
        raise ContestantError(str(error)) from None
    prefix = f"{manifest['name']}/{bundle.digest(folder)}"
    upload(folder, [*manifest["files"], bundle.MANIFEST], prefix)
    return f"s3://{BUCKET}/{prefix}"


def _record(number: int, address: str) -> dict[str, Any]:
    return {
        "messageId": f"bench-{number}",
        "receiptHandle": f"bench-{number}",
        "body": address,
        "attributes": {"ApproximateReceiveCount": "1"},
        "eventSource": "aws:sqs",
    }


def _best(body: str) -> str:
    if not body.startswith("{"):
        return body.splitlines()[0]
    result = json.loads(body)
    if "labels" not in result:
        raise ContestantError(f"An image was refused: {result['rejection']['message']}")
    label: str = result["labels"][0]["label"]
    return label
