"""Results on their way to the results queue: how they are grouped, and what is believed of the answers."""

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.stub import Stubber

from inference.errors import Code
from inference.messages import Rejection
from pipeline.outbox import NotAcceptedError, Outbox

QUEUE = "http://localhost/results.fifo"


class FakeSqs:
    """Takes every entry, and keeps each call's."""

    def __init__(self) -> None:
        self.calls: list[list[dict[str, Any]]] = []

    def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        assert QueueUrl == QUEUE
        self.calls.append(Entries)
        return {"Successful": [{"Id": entry["Id"]} for entry in Entries]}


def rejection(id_: str, size: int = 10) -> tuple[Rejection, str | None]:
    return Rejection(id_, None, Code.BAD_TASK, "x" * size), None


def stubbed(reply: dict[str, Any]) -> Any:
    sqs = boto3.client("sqs", region_name="eu-central-1", aws_access_key_id="a", aws_secret_access_key="b")
    stubber = Stubber(sqs)
    stubber.add_response("send_message_batch", reply)
    stubber.activate()
    return sqs


def test_ten_entries_a_call() -> None:
    sqs = FakeSqs()
    results = [rejection(str(number)) for number in range(23)]
    assert Outbox(sqs, QUEUE).send(results) == [None] * 23
    assert [len(call) for call in sqs.calls] == [10, 10, 3]
    entries = [entry for call in sqs.calls for entry in call]
    assert [entry["MessageGroupId"] for entry in entries] == [result.id for result, _ in results]
    assert [entry["MessageDeduplicationId"] for entry in entries] == [result.id for result, _ in results]
    assert [json.loads(entry["MessageBody"])["id"] for entry in entries] == [result.id for result, _ in results]


def test_a_result_takes_its_trace_along_and_only_its_own() -> None:
    sqs = FakeSqs()
    result, _ = rejection("b")
    Outbox(sqs, QUEUE).send([rejection("a"), (result, "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1")])
    ((untraced, traced),) = sqs.calls
    assert "MessageSystemAttributes" not in untraced
    assert traced["MessageSystemAttributes"] == {
        "AWSTraceHeader": {"DataType": "String", "StringValue": "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1"}
    }


def test_a_call_stays_within_256_kib() -> None:
    sqs = FakeSqs()
    Outbox(sqs, QUEUE).send([rejection(str(number), size=60_000) for number in range(9)])
    sizes = [sum(len(entry["MessageBody"]) for entry in call) for call in sqs.calls]
    assert [len(call) for call in sqs.calls] == [4, 4, 1]
    assert max(sizes) <= 262_144


def test_nothing_to_send_is_no_call() -> None:
    sqs = FakeSqs()
    assert Outbox(sqs, QUEUE).send([]) == []
    assert sqs.calls == []


@pytest.mark.parametrize("sender_fault", [True, False])
def test_only_what_is_named_as_successful_counts(sender_fault: bool) -> None:
    sqs = stubbed(
        {
            "Successful": [{"Id": "0", "MessageId": "x", "MD5OfMessageBody": "y"}],
            "Failed": [{"Id": "1", "SenderFault": sender_fault, "Code": "InternalError", "Message": "Try again"}],
        }
    )
    accepted, failed, unmentioned = Outbox(sqs, QUEUE).send([rejection("a"), rejection("b"), rejection("c")])
    assert accepted is None
    assert isinstance(failed, NotAcceptedError)
    assert "InternalError: Try again" in str(failed)
    assert isinstance(unmentioned, NotAcceptedError)


def test_a_call_that_fails_accepts_none() -> None:
    class Away:
        def send_message_batch(self, **_: Any) -> None:
            raise EndpointConnectionError(endpoint_url=QUEUE)

    faults = Outbox(Away(), QUEUE).send([rejection(str(number)) for number in range(12)])
    assert len(faults) == 12
    assert all(isinstance(fault, NotAcceptedError) for fault in faults)
