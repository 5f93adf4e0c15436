"""One call's entries on a real queue, with an SQS in front that is overloaded now and then."""

from collections.abc import Mapping
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError

from localcloud import LocalCloud
from sluice.sqs import messages, sending


class Overloaded:
    """The real SQS, which however refuses the entries of some bodies so many times before it takes them."""

    def __init__(self, sqs: Any, refusals: Mapping[str, int], code: str, *, sender_fault: bool) -> None:
        self._sqs, self._left = sqs, dict(refusals)
        self._failure = {"Code": code, "Message": "Not now.", "SenderFault": sender_fault}
        self.asked: list[int] = []

    def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        self.asked.append(len(Entries))
        refused = [entry for entry in Entries if self._left.get(entry["MessageBody"], 0)]
        for entry in refused:
            self._left[entry["MessageBody"]] -= 1
        taken = [entry for entry in Entries if entry not in refused]
        reply = self._sqs.send_message_batch(QueueUrl=QueueUrl, Entries=taken) if taken else {}
        return {**reply, "Failed": [{"Id": entry["Id"], **self._failure} for entry in refused]}


@pytest.fixture
def queue(cloud: LocalCloud) -> tuple[Any, str]:  # noqa: ARG001 - what boto3 speaks to
    sqs = boto3.client("sqs")
    return sqs, sqs.create_queue(QueueName="test-sending")["QueueUrl"]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "_FIRST_PAUSE", 0.001)


def _entries(count: int) -> list[dict[str, Any]]:
    return [{"MessageBody": f"body {n}"} for n in range(count)]


@pytest.mark.parametrize(("code", "sender_fault"), [("InternalError", False), ("RequestThrottled", True)])
def test_what_was_throttled_is_sent_again_alone(code: str, sender_fault: bool, queue: tuple[Any, str]) -> None:
    sqs = Overloaded(queue[0], {"body 1": 1, "body 4": 3}, code, sender_fault=sender_fault)
    assert sending.send_batch(sqs, queue[1], _entries(5)) == {}
    assert sqs.asked == [5, 2, 1, 1]
    assert sorted(messages.take_all_bodies(*queue)) == [f"body {n}" for n in range(5)]


def test_what_is_refused_for_good_is_not_tried_again(queue: tuple[Any, str]) -> None:
    sqs = Overloaded(queue[0], {"body 2": 99}, "InvalidMessageContents", sender_fault=True)
    assert sending.send_batch(sqs, queue[1], _entries(3)) == {2: "Not now."}
    assert sqs.asked == [3]
    assert sorted(messages.take_all_bodies(*queue)) == ["body 0", "body 1"]


def test_what_sqs_says_nothing_of_is_named_and_not_sent_twice(queue: tuple[Any, str]) -> None:
    class Silent(Overloaded):
        def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
            reply = super().send_message_batch(QueueUrl, Entries)
            return {**reply, "Successful": reply["Successful"][1:]}

    sqs = Silent(queue[0], {"body 2": 1}, "InternalError", sender_fault=False)
    assert sending.send_batch(sqs, queue[1], _entries(3)) == dict.fromkeys(
        (0, 2), "The reply of SQS does not mention it."
    )
    assert sorted(messages.take_all_bodies(*queue)) == ["body 0", "body 1", "body 2"]


def test_a_call_that_fails_after_some_were_taken_forgets_none_of_them(queue: tuple[Any, str]) -> None:
    class Lost(Overloaded):
        def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
            if self.asked:
                raise EndpointConnectionError(endpoint_url=QueueUrl)
            return super().send_message_batch(QueueUrl, Entries)

    sqs = Lost(queue[0], {"body 1": 1}, "InternalError", sender_fault=False)
    ((place, why),) = sending.send_batch(sqs, queue[1], _entries(3)).items()
    assert place == 1
    assert why.startswith("AWS cannot be reached")
    assert sorted(messages.take_all_bodies(*queue)) == ["body 0", "body 2"]


def test_patience_ends(queue: tuple[Any, str]) -> None:
    sqs = Overloaded(queue[0], {"body 0": 99}, "InternalError", sender_fault=False)
    assert sending.send_batch(sqs, queue[1], _entries(2)) == {0: "Not now."}
    assert sqs.asked == [2, *[1] * (sending._ATTEMPTS - 1)]
    assert list(messages.take_all_bodies(*queue)) == ["body 1"]


def test_a_call_holds_ten_and_256_kib() -> None:
    sizes = [*[1] * 23, 200_000, 62_144, 1, 300_000, 5]
    assert list(sending.split_batches(sizes, lambda size: size)) == [
        [1] * 10,
        [1] * 10,
        [1, 1, 1, 200_000],
        [62_144, 1],
        [300_000],
        [5],
    ]


def test_the_largest_messages_arrive(queue: tuple[Any, str]) -> None:
    bodies = [letter * sending.MAX_BYTES for letter in "ab"]
    assert list(sending.send_bodies(*queue, bodies)) == [1, 1]
    assert sorted(messages.take_all_bodies(*queue)) == bodies
