"""Sending and taking, on a real queue."""

from typing import Any

import boto3
import pytest

from ops import queues
from ops.cloud import LocalCloud


@pytest.fixture
def queue(cloud: LocalCloud) -> tuple[Any, str]:  # noqa: ARG001 - what boto3 speaks to
    sqs = boto3.client("sqs")
    return sqs, sqs.create_queue(QueueName="test-queues")["QueueUrl"]


def test_all_that_was_sent_is_taken_once(queue: tuple[Any, str]) -> None:
    sent = [f"body {n}" for n in range(23)]
    assert list(queues.send(*queue, sent)) == [10, 10, 3]
    assert sorted(queues.take_all(*queue)) == sorted(sent)
    assert queues.take(*queue, wait=0) == []


def test_a_body_that_sqs_refuses_is_named(queue: tuple[Any, str]) -> None:
    with pytest.raises(queues.SendError, match="SQS refused 'not\\\\x00allowed'"):
        list(queues.send(*queue, ["fine", "not\x00allowed"]))
