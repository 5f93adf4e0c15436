"""modules/queue: times derived, TLS only, and mistakes told before AWS would."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.terraform_root import Root

DEAD = {"arn": "arn:aws:sqs:us-east-1:000000000000:dead"}


@pytest.fixture(scope="module")
def queue(module: Callable[..., Root]) -> Root:
    return module("queue", name="images")


@pytest.fixture(scope="module")
def standard(queue: Root) -> dict[str, Any]:
    return queue.plan(consumer_timeout=30, dead_letters=DEAD).resources["aws_sqs_queue.this"]


@pytest.fixture(scope="module")
def fifo(queue: Root) -> dict[str, Any]:
    return queue.plan(fifo=True).resources["aws_sqs_queue.this"]


def test_a_message_stays_hidden_for_six_times_what_the_consumer_may_take(standard: dict[str, Any]) -> None:
    assert standard["visibility_timeout_seconds"] == 180


def test_messages_are_encrypted_at_rest(standard: dict[str, Any]) -> None:
    assert standard["sqs_managed_sse_enabled"] is True


def test_failed_messages_go_to_the_dead_letters(standard: dict[str, Any]) -> None:
    assert json.loads(standard["redrive_policy"]) == {"deadLetterTargetArn": DEAD["arn"], "maxReceiveCount": 5}


def test_nobody_comes_in_without_tls(fifo: dict[str, Any]) -> None:
    (statement,) = json.loads(fifo["policy"])["Statement"]
    assert statement["Effect"] == "Deny"
    assert statement["Principal"] == "*"
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert statement["Resource"].endswith(":images.fifo")


def test_a_fifo_queue_drops_duplicates_and_stays_parallel(fifo: dict[str, Any]) -> None:
    assert (fifo["name"], fifo["fifo_queue"]) == ("images.fifo", True)
    assert fifo["deduplication_scope"] == "messageGroup"
    assert fifo["fifo_throughput_limit"] == "perMessageGroupId"


def test_what_cannot_be_is_said_at_plan(queue: Root) -> None:
    refusal = queue.refusal(
        name="has space", consumer_timeout=7201, retention_days=15, dead_letters=DEAD | {"attempts": 4}
    )
    assert 'The queue\'s name "has space" must have 1 to 75 letters' in refusal
    assert "consumer_timeout is 7201 s, but must be 1 to 7,200 s" in refusal
    assert "retention_days is 15, but SQS keeps messages for 1 to 14 days" in refusal
    assert "dead_letters.attempts must be 5 to 1,000" in refusal
