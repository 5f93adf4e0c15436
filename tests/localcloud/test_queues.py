"""Dead letters and FIFO queues, which ministack emulates without a patch.

SQS Developer Guide, "Using dead-letter queues in Amazon SQS", "Message timestamps" and "Using the message deduplication
ID in Amazon SQS".
"""

import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.localcloud import queues
from tests.support.localcloud.aws import Aws, wait_for

REPLAYS = {"replays": {"DataType": "String", "StringValue": "1"}}
FAIL = "def handler(event, context): raise ValueError('bad')"


def receive_message(aws: Aws, queue: str, **settings: Any) -> dict[str, Any]:
    """Receive the only message of a queue, with all its attributes."""
    messages = aws.client("sqs").receive_message(
        QueueUrl=queue, MessageAttributeNames=["All"], MessageSystemAttributeNames=["All"], **settings
    )["Messages"]
    message: dict[str, Any] = messages[0]
    return message


def test_dead_letter_keeps_id_body_attributes_and_time(aws: Aws) -> None:
    """A standard queue keeps the time at which the message was sent."""
    queue, dead = queues.create_queue_with_dead_letters(aws, 2, VisibilityTimeout=0)
    sqs, before = aws.client("sqs"), time.time()
    sent = sqs.send_message(QueueUrl=queue, MessageBody="bad", MessageAttributes=REPLAYS)
    first, _ = receive_message(aws, queue), receive_message(aws, queue)
    assert "Messages" not in sqs.receive_message(QueueUrl=queue)
    letter = receive_message(aws, dead)
    assert letter["MessageId"] == sent["MessageId"]
    assert letter["Body"] == "bad"
    assert letter["MessageAttributes"] == REPLAYS
    system, original = letter["Attributes"], first["Attributes"]
    assert system["DeadLetterQueueSourceArn"] == aws.queue_arn(queue)
    assert system["SentTimestamp"] == original["SentTimestamp"]
    assert int(before * 1000) - 1 <= int(system["SentTimestamp"]) <= int(time.time() * 1000)
    assert int(system["ApproximateFirstReceiveTimestamp"]) >= int(system["SentTimestamp"])
    assert int(system["ApproximateReceiveCount"]) >= 1
    assert "DeadLetterQueueSourceArn" not in original


def test_failing_function_produces_dead_letter(aws: Aws) -> None:
    queue, dead = queues.create_queue_with_dead_letters(aws, 2, VisibilityTimeout=1)
    function = aws.create_function(FAIL, Timeout=1)
    aws.client("sqs").send_message(QueueUrl=queue, MessageBody="bad", MessageAttributes=REPLAYS)
    aws.map_queue(queue, function)
    wait_for(lambda: aws.count_messages(dead) == (1, 0))
    assert receive_message(aws, dead)["MessageAttributes"] == REPLAYS
    assert aws.count_messages(queue) == (0, 0)


def test_message_returned_to_queue_is_received_again(aws: Aws) -> None:
    """Dead letters are inspected with a short visibility timeout, or returned to the queue at once."""
    queue, sqs = aws.create_queue(), aws.client("sqs")
    aws.send_messages(queue, "letter")
    first = receive_message(aws, queue, VisibilityTimeout=60)
    assert aws.count_messages(queue) == (0, 1)
    entry = {"Id": "0", "ReceiptHandle": first["ReceiptHandle"], "VisibilityTimeout": 0}
    assert sqs.change_message_visibility_batch(QueueUrl=queue, Entries=[entry])["Successful"] == [{"Id": "0"}]
    assert aws.count_messages(queue) == (1, 0)
    again = receive_message(aws, queue, VisibilityTimeout=60)
    assert again["Attributes"]["ApproximateReceiveCount"] == "2"
    assert again["ReceiptHandle"] != first["ReceiptHandle"]
    sqs.change_message_visibility(QueueUrl=queue, ReceiptHandle=again["ReceiptHandle"], VisibilityTimeout=0)
    assert aws.count_messages(queue) == (1, 0)


def test_invalid_receipt_handle_is_rejected(aws: Aws) -> None:
    queue, sqs = aws.create_queue(), aws.client("sqs")
    entry = {"Id": "0", "ReceiptHandle": "none", "VisibilityTimeout": 0}
    (failed,) = sqs.change_message_visibility_batch(QueueUrl=queue, Entries=[entry])["Failed"]
    assert failed["Id"] == "0"
    assert failed["SenderFault"] is True
    with pytest.raises(ClientError, match="ReceiptHandleIsInvalid"):
        sqs.change_message_visibility(QueueUrl=queue, ReceiptHandle="none", VisibilityTimeout=0)


def test_batch_keeps_message_attributes(aws: Aws) -> None:
    queue, sqs = aws.create_queue(), aws.client("sqs")
    entry = {"Id": "0", "MessageBody": "again", "MessageAttributes": REPLAYS}
    sqs.send_message_batch(QueueUrl=queue, Entries=[entry])
    assert receive_message(aws, queue)["MessageAttributes"] == REPLAYS


def send_fifo(aws: Aws, queue: str, *messages: tuple[str, str, str | None]) -> None:
    for body, group, deduplication_id in messages:
        settings = {"MessageDeduplicationId": deduplication_id} if deduplication_id else {}
        aws.client("sqs").send_message(QueueUrl=queue, MessageBody=body, MessageGroupId=group, **settings)


def test_fifo_deduplication_id_is_delivered_once(aws: Aws) -> None:
    """ "any messages sent with the same deduplication ID are accepted successfully but are not delivered", even after
    the first message was deleted."""
    queue = aws.create_queue(".fifo", FifoQueue="true")
    send_fifo(aws, queue, ("first", "g", "id"))
    assert aws.drain_queue(queue) == ["first"]
    send_fifo(aws, queue, ("second", "g", "id"), ("third", "g", "other"))
    assert aws.drain_queue(queue) == ["third"]


def test_fifo_content_based_deduplication(aws: Aws) -> None:
    queue = aws.create_queue(".fifo", FifoQueue="true", ContentBasedDeduplication="true")
    send_fifo(aws, queue, ("same", "g", None), ("same", "g", None), ("other", "g", None))
    assert aws.drain_queue(queue) == ["same", "other"]


@pytest.mark.parametrize(("scope", "expected"), [("queue", ["a"]), ("messageGroup", ["a", "b"])])
def test_fifo_deduplication_scope(aws: Aws, scope: str, expected: list[str]) -> None:
    """ "DeduplicationScope specifies whether message deduplication occurs at the message group or queue level"."""
    queue = aws.create_queue(".fifo", FifoQueue="true", DeduplicationScope=scope)
    send_fifo(aws, queue, ("a", "one", "id"), ("b", "two", "id"))
    assert aws.drain_queue(queue) == expected
