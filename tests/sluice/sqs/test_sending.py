"""Batches are sent to a real queue, with throttling injected into the client's calls."""

from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from pipeline.sqs_limits import MAX_BYTES
from sluice.sqs import messages, sending


class ThrottlingSqs:
    """The real SQS, which refuses the entries with some bodies a number of times before it accepts them."""

    def __init__(self, sqs: Any, refusals: Mapping[str, int], code: str, *, sender_fault: bool) -> None:
        self._sqs, self._refusals = sqs, dict(refusals)
        self._failure = {"Code": code, "Message": "Not now.", "SenderFault": sender_fault}
        self.batch_sizes: list[int] = []

    def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        self.batch_sizes.append(len(Entries))
        refused = [entry for entry in Entries if self._refusals.get(entry["MessageBody"], 0)]
        for entry in refused:
            self._refusals[entry["MessageBody"]] -= 1
        accepted = [entry for entry in Entries if entry not in refused]
        reply = self._sqs.send_message_batch(QueueUrl=QueueUrl, Entries=accepted) if accepted else {}
        return {**reply, "Failed": [{"Id": entry["Id"], **self._failure} for entry in refused]}


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "_FIRST_PAUSE", 0.001)


def _entries(count: int) -> list[dict[str, Any]]:
    return [{"MessageBody": f"body {n}"} for n in range(count)]


@pytest.mark.parametrize(("code", "sender_fault"), [("InternalError", False), ("RequestThrottled", True)])
def test_send_batch_retries_only_throttled_entries(code: str, sender_fault: bool, queue: tuple[Any, str]) -> None:
    sqs = ThrottlingSqs(queue[0], {"body 1": 1, "body 4": 3}, code, sender_fault=sender_fault)
    assert sending.send_batch(sqs, queue[1], _entries(5)) == {}
    assert sqs.batch_sizes == [5, 2, 1, 1]
    assert sorted(messages.take_all_bodies(*queue)) == [f"body {n}" for n in range(5)]


def test_send_batch_does_not_retry_permanent_failures(queue: tuple[Any, str]) -> None:
    sqs = ThrottlingSqs(queue[0], {"body 2": 99}, "InvalidMessageContents", sender_fault=True)
    assert sending.send_batch(sqs, queue[1], _entries(3)) == {2: "Not now."}
    assert sqs.batch_sizes == [3]
    assert sorted(messages.take_all_bodies(*queue)) == ["body 0", "body 1"]


def test_send_batch_entry_missing_in_reply_is_not_sent_twice(queue: tuple[Any, str]) -> None:
    class IncompleteSqs(ThrottlingSqs):
        def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
            reply = super().send_message_batch(QueueUrl, Entries)
            return {**reply, "Successful": reply["Successful"][1:]}

    sqs = IncompleteSqs(queue[0], {"body 2": 1}, "InternalError", sender_fault=False)
    reason = "The reply of SQS does not mention it."
    assert sending.send_batch(sqs, queue[1], _entries(3)) == {0: reason, 2: reason}
    assert sorted(messages.take_all_bodies(*queue)) == ["body 0", "body 1", "body 2"]


def test_send_batch_failed_retry_keeps_accepted_entries(queue: tuple[Any, str]) -> None:
    class UnreachableSqs(ThrottlingSqs):
        def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
            if self.batch_sizes:
                raise EndpointConnectionError(endpoint_url=QueueUrl)
            return super().send_message_batch(QueueUrl, Entries)

    sqs = UnreachableSqs(queue[0], {"body 1": 1}, "InternalError", sender_fault=False)
    ((index, reason),) = sending.send_batch(sqs, queue[1], _entries(3)).items()
    assert index == 1
    assert reason.startswith("AWS cannot be reached")
    assert sorted(messages.take_all_bodies(*queue)) == ["body 0", "body 2"]


def test_send_batch_stops_after_the_last_attempt(queue: tuple[Any, str]) -> None:
    sqs = ThrottlingSqs(queue[0], {"body 0": 99}, "InternalError", sender_fault=False)
    assert sending.send_batch(sqs, queue[1], _entries(2)) == {0: "Not now."}
    assert sqs.batch_sizes == [2, *[1] * (sending._ATTEMPTS - 1)]
    assert list(messages.take_all_bodies(*queue)) == ["body 1"]


def test_split_batches_respects_entries_and_bytes() -> None:
    sizes = [*[1] * 23, 200_000, 62_144, 1, 300_000, 5]
    assert list(sending.split_batches(sizes, lambda size: size)) == [
        [1] * 10,
        [1] * 10,
        [1, 1, 1, 200_000],
        [62_144, 1],
        [300_000],
        [5],
    ]


def test_send_bodies_accepts_the_largest_messages(queue: tuple[Any, str]) -> None:
    bodies = [letter * MAX_BYTES for letter in "ab"]
    assert list(sending.send_bodies(*queue, bodies)) == [1, 1]
    assert sorted(messages.take_all_bodies(*queue)) == bodies


def test_send_bodies_names_the_refused_body(queue: tuple[Any, str]) -> None:
    with pytest.raises(sending.SendError, match="SQS refused 'not\\\\x00allowed'"):
        list(sending.send_bodies(*queue, ["fine", "not\x00allowed"]))
