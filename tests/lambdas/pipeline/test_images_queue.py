"""The images queue: deleted messages, delayed retries and errors of SQS."""

from collections.abc import Callable
from typing import Any

import pytest
from aws_lambda_powertools import Logger
from botocore.exceptions import ClientError, EndpointConnectionError

from inference.classify import Classification
from inference.errors import Code, ModelError, OutOfTimeError, SourceUnavailableError
from inference.messages import Rejection
from pipeline.images_queue import ImagesQueue, compute_delay
from pipeline.outbox import NotAcceptedError
from telemetry.work_item import WorkItem

METHODS = [ImagesQueue.delete_messages, ImagesQueue.delay_retry]
Method = Callable[[ImagesQueue, list[WorkItem]], None]


class FakeSqs:
    """Records the entries of each call and returns or raises the same reply."""

    def __init__(self, reply: dict[str, Any] | Exception) -> None:
        self.calls: list[list[dict[str, Any]]] = []
        self.reply = reply

    def change_message_visibility_batch(self, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        assert QueueUrl == "queue"
        self.calls.append(Entries)
        if isinstance(self.reply, Exception):
            raise self.reply
        return self.reply

    delete_message_batch = change_message_visibility_batch


def make_queue(sqs: FakeSqs) -> ImagesQueue:
    return ImagesQueue(Logger(service="tests"), sqs, "queue", retry_seconds=2)


def failed_item(error: BaseException, receives: int = 1, receipt: str | None = "h0") -> WorkItem:
    record = {"messageId": "m", "attributes": {"ApproximateReceiveCount": str(receives)}}
    item = WorkItem.from_record(record if receipt is None else {**record, "receiptHandle": receipt})
    item.outcome = error
    return item


def failed_items(count: int) -> list[WorkItem]:
    return [failed_item(SourceUnavailableError("away"), receipt=f"h{number}") for number in range(count)]


@pytest.mark.parametrize(
    ("receives", "least", "most"),
    [(1, 1, 2), (2, 2, 4), (3, 4, 8), (5, 16, 32), (9, 256, 512), (10, 450, 900), (10**9, 450, 900)],
)
def test_delay_doubles_up_to_15_minutes_with_jitter(receives: int, least: int, most: int) -> None:
    delays = {compute_delay(failed_item(SourceUnavailableError("away"), receives), 2) for _ in range(300)}
    assert min(delays) >= least
    assert max(delays) <= most
    assert len(delays) > 1


@pytest.mark.parametrize(("receives", "most"), [(1, 2), (5, 32), (10, 200), (10**9, 200)])
def test_delay_after_not_accepted_stays_within_deduplication(receives: int, most: int) -> None:
    item = failed_item(NotAcceptedError("no reply"), receives)
    delays = {compute_delay(item, 2) for _ in range(300)}
    assert most / 2 <= min(delays) <= max(delays) <= most
    assert max(compute_delay(item, 900) for _ in range(300)) <= 200


def test_delay_after_out_of_time_is_zero() -> None:
    assert compute_delay(failed_item(OutOfTimeError("late"), 4), 2) == 0


def test_model_error_keeps_visibility_timeout() -> None:
    sqs = FakeSqs({"Successful": []})
    model_error = failed_item(ModelError("gone"))
    make_queue(sqs).delay_retry([*failed_items(1), model_error])
    assert [[entry["ReceiptHandle"] for entry in call] for call in sqs.calls] == [["h0"]]
    make_queue(sqs).delay_retry([model_error])
    assert len(sqs.calls) == 1


@pytest.mark.parametrize("method", METHODS)
def test_requests_have_up_to_ten_messages(method: Method) -> None:
    sqs = FakeSqs({"Successful": []})
    method(make_queue(sqs), failed_items(13))
    assert [len(call) for call in sqs.calls] == [10, 3]
    assert [entry["ReceiptHandle"] for call in sqs.calls for entry in call] == [f"h{number}" for number in range(13)]
    for call in sqs.calls:
        assert len({entry["Id"] for entry in call}) == len(call)


@pytest.mark.parametrize("method", METHODS)
def test_no_messages_send_no_request(method: Method) -> None:
    sqs = FakeSqs({})
    method(make_queue(sqs), [])
    method(make_queue(sqs), [failed_item(SourceUnavailableError("away"), receipt=None)])
    method(make_queue(sqs), [failed_item(SourceUnavailableError("away"), receipt="")])
    assert sqs.calls == []


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "reply",
    [
        ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "ChangeMessageVisibilityBatch"),
        EndpointConnectionError(endpoint_url="queue"),
        {"Failed": [{"Id": "0", "SenderFault": True, "Code": "ReceiptHandleIsInvalid"}]},
    ],
)
def test_error_of_sqs_is_only_logged(reply: dict[str, Any] | Exception, method: Method) -> None:
    sqs = FakeSqs(reply)
    method(make_queue(sqs), failed_items(1))
    assert len(sqs.calls) == 1


def test_classified_messages_are_deleted_early_only_beside_failed_ones() -> None:
    classified = WorkItem.from_record({"messageId": "m", "receiptHandle": "classified"})
    classified.outcome = Classification(Rejection("m", None, Code.BAD_TASK, "No."))
    sqs = FakeSqs({"Successful": []})
    make_queue(sqs).update_messages([classified])
    assert sqs.calls == []
    make_queue(sqs).update_messages([classified, *failed_items(1)])
    assert [[entry["ReceiptHandle"] for entry in call] for call in sqs.calls] == [["classified"], ["h0"]]
