"""When a message that failed comes again."""

from typing import Any

import pytest
from aws_lambda_powertools import Logger
from botocore.exceptions import ClientError

from inference.errors import ModelError, OutOfTimeError, SourceUnavailableError
from pipeline.delay_retry import delay, postpone
from pipeline.outbox import NotAcceptedError
from pipeline.records import receive_count, records_of

LOGGER = Logger(service="tests")


class Recorder:
    """Keeps each call's entries, and answers as it is told."""

    def __init__(self, reply: dict[str, Any] | Exception) -> None:
        self.calls: list[list[dict[str, Any]]] = []
        self.reply = reply

    def change_message_visibility_batch(self, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        assert QueueUrl == "queue"
        self.calls.append(Entries)
        if isinstance(self.reply, Exception):
            raise self.reply
        return self.reply


def failed(count: int, receives: int = 1) -> list[tuple[dict[str, Any], BaseException]]:
    attributes = {"ApproximateReceiveCount": str(receives)}
    return [
        ({"messageId": str(n), "receiptHandle": f"h{n}", "attributes": attributes}, SourceUnavailableError("away"))
        for n in range(count)
    ]


@pytest.mark.parametrize(
    ("receives", "least", "most"),
    [(1, 1, 2), (2, 2, 4), (3, 4, 8), (5, 16, 32), (9, 256, 512), (10, 450, 900), (10**9, 450, 900)],
)
def test_the_wait_doubles_up_to_15_minutes_half_of_it_at_random(receives: int, least: int, most: int) -> None:
    waits = {delay(SourceUnavailableError("away"), receives, 2) for _ in range(300)}
    assert min(waits) >= least
    assert max(waits) <= most
    assert len(waits) > 1


@pytest.mark.parametrize(("receives", "most"), [(1, 2), (5, 32), (10, 200), (10**9, 200)])
def test_a_result_that_may_have_been_taken_comes_while_the_queue_still_knows_it(receives: int, most: int) -> None:
    waits = {delay(NotAcceptedError("no word"), receives, 2) for _ in range(300)}
    assert most / 2 <= min(waits) <= max(waits) <= most
    assert max(delay(NotAcceptedError("no word"), receives, 900) for _ in range(300)) <= 200


def test_what_was_handed_back_comes_at_once() -> None:
    assert delay(OutOfTimeError("late"), 4, 2) == 0


def test_what_a_sick_model_left_waits_for_the_queues_own_time_out() -> None:
    sqs = Recorder({"Successful": []})
    sick = ({"messageId": "m", "receiptHandle": "h", "attributes": {}}, ModelError("gone"))
    postpone(LOGGER, sqs, "queue", [*failed(1), sick], first_seconds=2)
    assert [[entry["ReceiptHandle"] for entry in call] for call in sqs.calls] == [["h0"]]
    postpone(LOGGER, sqs, "queue", [sick], first_seconds=2)
    assert len(sqs.calls) == 1


def test_ten_messages_a_call() -> None:
    sqs = Recorder({"Successful": []})
    postpone(LOGGER, sqs, "queue", failed(13), first_seconds=2)
    assert [len(call) for call in sqs.calls] == [10, 3]
    assert [entry["ReceiptHandle"] for call in sqs.calls for entry in call] == [f"h{n}" for n in range(13)]


def test_nothing_failed_is_no_call() -> None:
    sqs = Recorder({})
    postpone(LOGGER, sqs, "queue", [], first_seconds=2)
    postpone(LOGGER, sqs, "queue", [({"messageId": "a"}, SourceUnavailableError("away"))], first_seconds=2)
    assert sqs.calls == []


@pytest.mark.parametrize(
    "reply",
    [
        ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "ChangeMessageVisibilityBatch"),
        {"Failed": [{"Id": "0", "SenderFault": True, "Code": "ReceiptHandleIsInvalid"}]},
    ],
)
def test_a_message_that_cannot_be_postponed_is_only_logged(reply: dict[str, Any] | Exception) -> None:
    sqs = Recorder(reply)
    postpone(LOGGER, sqs, "queue", failed(1), first_seconds=2)
    assert len(sqs.calls) == 1


@pytest.mark.parametrize(
    ("record", "count"),
    [
        ({"attributes": {"ApproximateReceiveCount": "7"}}, 7),
        ({"attributes": {"ApproximateReceiveCount": 7}}, 7),
        ({"attributes": {"ApproximateReceiveCount": "0"}}, 1),
        ({"attributes": {"ApproximateReceiveCount": "many"}}, 1),
        ({"attributes": {}}, 1),
        ({"attributes": None}, 1),
        ({}, 1),
    ],
)
def test_the_receive_count_is_read(record: dict[str, Any], count: int) -> None:
    assert receive_count(record) == count


@pytest.mark.parametrize(
    "event",
    [None, {}, [], "text", 7, {"Records": None}, {"Records": "text"}, {"Records": {}}, {"Records": []},
     {"Records": [None, 7, "text", {}, {"messageId": ""}, {"messageId": 7}]}],
)  # fmt: skip
def test_what_is_no_message_is_no_record(event: object) -> None:
    assert records_of(event) == []
