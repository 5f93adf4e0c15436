"""Results sent to the results queue: their batches, and which replies count as accepted."""

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
    """Accepts every entry and records the entries of each call."""

    def __init__(self) -> None:
        self.calls: list[list[dict[str, Any]]] = []

    def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        assert QueueUrl == QUEUE
        self.calls.append(Entries)
        return {"Successful": [{"Id": entry["Id"]} for entry in Entries]}


def make_result(id_: str, size: int = 10) -> tuple[Rejection, str | None]:
    return Rejection(id_, None, Code.BAD_TASK, "x" * size), None


def stub_sqs(reply: dict[str, Any]) -> Any:
    sqs = boto3.client("sqs", region_name="eu-central-1", aws_access_key_id="a", aws_secret_access_key="b")
    stubber = Stubber(sqs)
    stubber.add_response("send_message_batch", reply)
    stubber.activate()
    return sqs


def test_requests_have_up_to_ten_results() -> None:
    sqs = FakeSqs()
    results = [make_result(str(number)) for number in range(23)]
    assert Outbox(sqs, QUEUE).send(results) == [None] * 23
    assert [len(call) for call in sqs.calls] == [10, 10, 3]
    entries = [entry for call in sqs.calls for entry in call]
    assert [entry["MessageGroupId"] for entry in entries] == [result.id for result, _ in results]
    assert [entry["MessageDeduplicationId"] for entry in entries] == [result.id for result, _ in results]
    assert [json.loads(entry["MessageBody"])["id"] for entry in entries] == [result.id for result, _ in results]


def test_result_carries_only_its_own_trace() -> None:
    sqs = FakeSqs()
    result, _ = make_result("b")
    Outbox(sqs, QUEUE).send([make_result("a"), (result, "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1")])
    ((untraced, traced),) = sqs.calls
    assert "MessageSystemAttributes" not in untraced
    assert traced["MessageSystemAttributes"] == {
        "AWSTraceHeader": {"DataType": "String", "StringValue": "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1"}
    }


def test_requests_stay_within_256_kib() -> None:
    sqs = FakeSqs()
    Outbox(sqs, QUEUE).send([make_result(str(number), size=60_000) for number in range(9)])
    sizes = [sum(len(entry["MessageBody"]) for entry in call) for call in sqs.calls]
    assert [len(call) for call in sqs.calls] == [4, 4, 1]
    assert max(sizes) <= 262_144


def test_no_results_send_no_request() -> None:
    sqs = FakeSqs()
    assert Outbox(sqs, QUEUE).send([]) == []
    assert sqs.calls == []


@pytest.mark.parametrize("sender_fault", [True, False])
def test_only_entries_named_successful_are_accepted(sender_fault: bool) -> None:
    sqs = stub_sqs(
        {
            "Successful": [{"Id": "0", "MessageId": "x", "MD5OfMessageBody": "y"}],
            "Failed": [{"Id": "1", "SenderFault": sender_fault, "Code": "InternalError", "Message": "Try again"}],
        }
    )
    accepted, failed, unmentioned = Outbox(sqs, QUEUE).send([make_result("a"), make_result("b"), make_result("c")])
    assert accepted is None
    assert isinstance(failed, NotAcceptedError)
    assert "InternalError: Try again" in str(failed)
    assert isinstance(unmentioned, NotAcceptedError)


def test_failed_request_accepts_no_result() -> None:
    class UnreachableSqs:
        def send_message_batch(self, **_: Any) -> None:
            raise EndpointConnectionError(endpoint_url=QUEUE)

    errors = Outbox(UnreachableSqs(), QUEUE).send([make_result(str(number)) for number in range(12)])
    assert len(errors) == 12
    assert all(isinstance(error, NotAcceptedError) for error in errors)
