"""FIFO queues deduplicate for five minutes: "Using the message deduplication ID in Amazon SQS"."""

import pytest

from tests.support.localcloud.aws import Aws


def _send(aws: Aws, queue: str, *messages: tuple[str, str, str | None]) -> None:
    for body, group, identity in messages:
        given = {"MessageDeduplicationId": identity} if identity else {}
        aws.client("sqs").send_message(QueueUrl=queue, MessageBody=body, MessageGroupId=group, **given)


def test_an_id_is_accepted_once(aws: Aws) -> None:
    """ "any messages sent with the same deduplication ID are accepted successfully but are not delivered", even after
    the first was deleted."""
    queue = aws.create_queue(".fifo", FifoQueue="true")
    _send(aws, queue, ("first", "g", "id"))
    assert aws.drain_queue(queue) == ["first"]
    _send(aws, queue, ("second", "g", "id"), ("third", "g", "other"))
    assert aws.drain_queue(queue) == ["third"]


def test_content_deduplicates_when_asked(aws: Aws) -> None:
    queue = aws.create_queue(".fifo", FifoQueue="true", ContentBasedDeduplication="true")
    _send(aws, queue, ("same", "g", None), ("same", "g", None), ("other", "g", None))
    assert aws.drain_queue(queue) == ["same", "other"]


@pytest.mark.parametrize(("scope", "expected"), [("queue", ["a"]), ("messageGroup", ["a", "b"])])
def test_deduplication_has_a_scope(aws: Aws, scope: str, expected: list[str]) -> None:
    """ "DeduplicationScope specifies whether message deduplication occurs at the message group or queue level"."""
    queue = aws.create_queue(".fifo", FifoQueue="true", DeduplicationScope=scope)
    _send(aws, queue, ("a", "one", "id"), ("b", "two", "id"))
    assert aws.drain_queue(queue) == expected
