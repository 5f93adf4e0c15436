"""modules/queue: timeouts follow from the consumer, TLS is required, and limits of SQS fail the plan."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.terraform_root import Root

DEAD_LETTERS = {"arn": "arn:aws:sqs:us-east-1:000000000000:dead"}


@pytest.fixture(scope="module")
def queue(module: Callable[..., Root]) -> Root:
    return module("queue", name="images")


@pytest.fixture(scope="module")
def standard(queue: Root) -> dict[str, Any]:
    return queue.plan(consumer_timeout=30, dead_letter_queue=DEAD_LETTERS).resources["aws_sqs_queue.this"]


@pytest.fixture(scope="module")
def fifo(queue: Root) -> dict[str, Any]:
    return queue.plan(fifo=True).resources["aws_sqs_queue.this"]


def test_visibility_timeout_is_six_times_the_consumers(standard: dict[str, Any]) -> None:
    assert standard["visibility_timeout_seconds"] == 180


def test_messages_are_encrypted_at_rest(standard: dict[str, Any]) -> None:
    assert standard["sqs_managed_sse_enabled"] is True


def test_failed_messages_go_to_the_dead_letter_queue(standard: dict[str, Any]) -> None:
    redrive = json.loads(standard["redrive_policy"])
    assert redrive == {"deadLetterTargetArn": DEAD_LETTERS["arn"], "maxReceiveCount": 5}


def test_requests_without_tls_are_denied(fifo: dict[str, Any]) -> None:
    (statement,) = json.loads(fifo["policy"])["Statement"]
    assert statement["Effect"] == "Deny"
    assert statement["Principal"] == "*"
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert statement["Resource"].endswith(":images.fifo")


def test_fifo_queue_drops_duplicates_in_parallel(fifo: dict[str, Any]) -> None:
    assert fifo["name"] == "images.fifo"
    assert fifo["fifo_queue"] is True
    assert fifo["deduplication_scope"] == "messageGroup"
    assert fifo["fifo_throughput_limit"] == "perMessageGroupId"


def test_invalid_queue_variables_fail_the_plan(queue: Root) -> None:
    error = queue.plan_error(
        name="has space", consumer_timeout=7201, retention_days=15, dead_letter_queue=DEAD_LETTERS | {"attempts": 4}
    )
    assert 'Invalid queue name "has space": use 1 to 75 letters' in error
    assert "consumer_timeout is 7201 s, but must be 1 to 7,200 s" in error
    assert "retention_days is 15, but SQS accepts 1 to 14 days" in error
    assert "dead_letter_queue.attempts is 4, but must be 5 to 1,000" in error
