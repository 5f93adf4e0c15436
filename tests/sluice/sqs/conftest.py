"""A queue on the local cloud."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import boto3
import pytest

from localcloud import LocalCloud


@pytest.fixture
def queue(cloud: LocalCloud) -> Iterator[tuple[Any, str]]:  # noqa: ARG001 - it receives boto3's calls
    """A client of SQS, and the URL of an empty queue."""
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName=f"test-{uuid4().hex[:8]}")["QueueUrl"]
    yield sqs, url
    sqs.delete_queue(QueueUrl=url)
