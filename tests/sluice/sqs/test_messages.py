"""Sending and taking, on a real queue."""

from typing import Any

import boto3
import pytest

from localcloud import LocalCloud
from sluice.sqs import messages, sending


@pytest.fixture
def queue(cloud: LocalCloud) -> tuple[Any, str]:  # noqa: ARG001 - what boto3 speaks to
    sqs = boto3.client("sqs")
    return sqs, sqs.create_queue(QueueName="test-queues")["QueueUrl"]


def test_all_that_was_sent_is_taken_once(queue: tuple[Any, str]) -> None:
    sent = [f"body {n}" for n in range(23)]
    assert list(sending.send_bodies(*queue, sent)) == [10, 10, 3]
    assert sorted(messages.take_all_bodies(*queue)) == sorted(sent)
    assert messages.take_bodies(*queue, wait=0) == []


def test_a_body_that_sqs_refuses_is_named(queue: tuple[Any, str]) -> None:
    with pytest.raises(sending.SendError, match="SQS refused 'not\\\\x00allowed'"):
        list(sending.send_bodies(*queue, ["fine", "not\x00allowed"]))


class Failing:
    """The queue's client, but of each call the first deletions fail for so long, in a way that passes or not."""

    def __init__(self, sqs: Any, times: int, *, passes: bool) -> None:
        self._sqs, self._times, self._passes, self.calls = sqs, times, passes, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sqs, name)

    def delete_message_batch(self, QueueUrl: str, Entries: list[dict[str, str]]) -> Any:  # noqa: N803 - boto3's
        self.calls += 1
        if self.calls > self._times:
            return self._sqs.delete_message_batch(QueueUrl=QueueUrl, Entries=Entries)
        first, *others = Entries
        done = self._sqs.delete_message_batch(QueueUrl=QueueUrl, Entries=others)["Successful"] if others else []
        failure = {"Id": first["Id"], "Code": "Odd", "Message": "Not now.", "SenderFault": not self._passes}
        return {"Successful": done, "Failed": [failure]}


@pytest.mark.parametrize(
    ("times", "passes", "calls", "kept"), [(2, True, 3, []), (3, True, 3, ["Not now."]), (1, False, 1, ["Not now."])]
)
def test_a_deletion_that_fails_is_tried_again_if_that_may_help(
    queue: tuple[Any, str], times: int, passes: bool, calls: int, kept: list[str]
) -> None:
    sqs, url = queue
    list(sending.send_bodies(sqs, url, ["one", "two", "three"]))
    received = messages.receive_messages(sqs, url, hidden_seconds=30)
    failing = Failing(sqs, times, passes=passes)
    left = messages.delete_messages(failing, url, received)
    assert (failing.calls, list(left.values())) == (calls, kept)
    assert left.keys() <= {received[0].id}
    assert messages.delete_messages(sqs, url, [message for message in received if message.id in left]) == {}


def test_what_is_not_deleted_is_not_taken_but_comes_again(queue: tuple[Any, str]) -> None:
    sqs, url = queue
    list(sending.send_bodies(sqs, url, ["one", "two"]))
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "1"})
    failing = Failing(sqs, 1, passes=False)
    assert messages.take_bodies(failing, url) == ["two"]
    assert messages.take_bodies(failing, url, wait=3) == ["one"]
