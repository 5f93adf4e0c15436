"""Messages of a real queue are received and deleted."""

from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from sluice.sqs import messages
from sluice.sqs.sending import send_bodies


def test_take_all_bodies_takes_each_message_once(queue: tuple[Any, str]) -> None:
    bodies = [f"body {n}" for n in range(23)]
    assert list(send_bodies(*queue, bodies)) == [10, 10, 3]
    assert sorted(messages.take_all_bodies(*queue)) == sorted(bodies)
    assert messages.take_bodies(*queue, wait=0) == []


class FailingSqs:
    """The real SQS, which does not delete the first message of the first calls."""

    def __init__(self, sqs: Any, failures: int, *, is_temporary: bool) -> None:
        self._sqs, self._failures, self._is_temporary, self.calls = sqs, failures, is_temporary, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sqs, name)

    def delete_message_batch(self, QueueUrl: str, Entries: list[dict[str, str]]) -> Any:  # noqa: N803 - boto3's
        self.calls += 1
        if self.calls > self._failures:
            return self._sqs.delete_message_batch(QueueUrl=QueueUrl, Entries=Entries)
        first, *others = Entries
        deleted = self._sqs.delete_message_batch(QueueUrl=QueueUrl, Entries=others)["Successful"] if others else []
        failure = {"Id": first["Id"], "Code": "Odd", "Message": "Not now.", "SenderFault": not self._is_temporary}
        return {"Successful": deleted, "Failed": [failure]}


@pytest.mark.parametrize(
    ("failures", "is_temporary", "calls", "reasons"),
    [(2, True, 3, []), (3, True, 3, ["Not now."]), (1, False, 1, ["Not now."])],
)
def test_delete_messages_retries_temporary_failures(
    queue: tuple[Any, str], failures: int, is_temporary: bool, calls: int, reasons: list[str]
) -> None:
    sqs, url = queue
    list(send_bodies(sqs, url, ["one", "two", "three"]))
    received = messages.receive_messages(sqs, url, hidden_seconds=30)
    failing = FailingSqs(sqs, failures, is_temporary=is_temporary)
    remaining = messages.delete_messages(failing, url, received)
    assert failing.calls == calls
    assert list(remaining.values()) == reasons
    assert remaining.keys() <= {received[0].id}
    assert messages.delete_messages(sqs, url, [message for message in received if message.id in remaining]) == {}


@pytest.mark.parametrize(("failures", "is_deleted"), [(2, True), (3, False)])
def test_delete_messages_retries_calls_that_fail_whole(queue: tuple[Any, str], failures: int, is_deleted: bool) -> None:
    class UnreachableSqs(FailingSqs):
        def delete_message_batch(self, QueueUrl: str, Entries: list[dict[str, str]]) -> Any:  # noqa: N803 - boto3's
            self.calls += 1
            if self.calls <= self._failures:
                raise EndpointConnectionError(endpoint_url=QueueUrl)
            return self._sqs.delete_message_batch(QueueUrl=QueueUrl, Entries=Entries)

    sqs, url = queue
    list(send_bodies(sqs, url, ["one"]))
    received = messages.receive_messages(sqs, url, hidden_seconds=30)
    failing = UnreachableSqs(sqs, failures, is_temporary=True)
    if is_deleted:
        assert messages.delete_messages(failing, url, received) == {}
    else:
        with pytest.raises(messages.DeleteError, match="AWS cannot be reached") as error:
            messages.delete_messages(failing, url, received)
        assert error.value.reasons.keys() == {received[0].id}
    assert failing.calls == 3


def test_take_bodies_omits_messages_that_were_not_deleted(queue: tuple[Any, str]) -> None:
    sqs, url = queue
    list(send_bodies(sqs, url, ["one", "two"]))
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "1"})
    failing = FailingSqs(sqs, 1, is_temporary=False)
    assert messages.take_bodies(failing, url) == ["two"]
    assert messages.take_bodies(failing, url, wait=3) == ["one"]
