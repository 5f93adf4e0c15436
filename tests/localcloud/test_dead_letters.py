"""What a dead letter keeps: SQS Developer Guide, "Using dead-letter queues in Amazon SQS", "Message timestamps"."""

import json
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.localcloud.aws import Aws, wait_for

REPLAYS = {"replays": {"DataType": "String", "StringValue": "1"}}
FAILS = "def handler(event, context): raise ValueError('bad')"


def with_dead_letters(aws: Aws, receives: int, **attributes: Any) -> tuple[str, str]:
    """A queue and its dead-letter queue."""
    dead = aws.create_queue()
    policy = json.dumps({"deadLetterTargetArn": aws.queue_arn(dead), "maxReceiveCount": receives})
    return aws.create_queue(RedrivePolicy=policy, **attributes), dead


def receive(aws: Aws, queue: str, **settings: Any) -> dict[str, Any]:
    """The one message of a queue, whole."""
    found = aws.client("sqs").receive_message(
        QueueUrl=queue, MessageAttributeNames=["All"], MessageSystemAttributeNames=["All"], **settings
    )["Messages"]
    message: dict[str, Any] = found[0]
    return message


def test_a_dead_letter_is_the_message_that_was_sent(aws: Aws) -> None:
    """Its id, body, attributes and, on a standard queue, the time at which it was sent."""
    queue, dead = with_dead_letters(aws, 2, VisibilityTimeout=0)
    sqs, before = aws.client("sqs"), time.time()
    sent = sqs.send_message(QueueUrl=queue, MessageBody="bad", MessageAttributes=REPLAYS)
    first, _ = receive(aws, queue), receive(aws, queue)
    assert "Messages" not in sqs.receive_message(QueueUrl=queue)
    letter = receive(aws, dead)
    assert (letter["MessageId"], letter["Body"], letter["MessageAttributes"]) == (sent["MessageId"], "bad", REPLAYS)
    system, original = letter["Attributes"], first["Attributes"]
    assert system["DeadLetterQueueSourceArn"] == aws.queue_arn(queue)
    assert system["SentTimestamp"] == original["SentTimestamp"]
    assert int(before * 1000) - 1 <= int(system["SentTimestamp"]) <= int(time.time() * 1000)
    assert int(system["ApproximateFirstReceiveTimestamp"]) >= int(system["SentTimestamp"])
    assert int(system["ApproximateReceiveCount"]) >= 1
    assert "DeadLetterQueueSourceArn" not in original


def test_a_function_that_fails_makes_dead_letters(aws: Aws) -> None:
    queue, dead = with_dead_letters(aws, 2, VisibilityTimeout=1)
    function = aws.create_function(FAILS, Timeout=1)
    aws.client("sqs").send_message(QueueUrl=queue, MessageBody="bad", MessageAttributes=REPLAYS)
    aws.map_queue(queue, function)
    wait_for(lambda: aws.count_messages(dead) == (1, 0))
    assert receive(aws, dead)["MessageAttributes"] == REPLAYS
    assert aws.count_messages(queue) == (0, 0)


def test_a_receive_that_hides_nothing_leaves_the_letter_to_others(aws: Aws) -> None:
    """Reading with a short visibility timeout, or giving a letter back, is how it is looked at."""
    queue, sqs = aws.create_queue(), aws.client("sqs")
    aws.send_messages(queue, "letter")
    held = receive(aws, queue, VisibilityTimeout=60)
    assert aws.count_messages(queue) == (0, 1)
    entry = {"Id": "0", "ReceiptHandle": held["ReceiptHandle"], "VisibilityTimeout": 0}
    assert sqs.change_message_visibility_batch(QueueUrl=queue, Entries=[entry])["Successful"] == [{"Id": "0"}]
    assert aws.count_messages(queue) == (1, 0)
    again = receive(aws, queue, VisibilityTimeout=60)
    assert again["Attributes"]["ApproximateReceiveCount"] == "2"
    assert again["ReceiptHandle"] != held["ReceiptHandle"]
    sqs.change_message_visibility(QueueUrl=queue, ReceiptHandle=again["ReceiptHandle"], VisibilityTimeout=0)
    assert aws.count_messages(queue) == (1, 0)


def test_a_handle_that_is_none_is_refused_by_itself(aws: Aws) -> None:
    queue, sqs = aws.create_queue(), aws.client("sqs")
    entry = {"Id": "0", "ReceiptHandle": "none", "VisibilityTimeout": 0}
    (failed,) = sqs.change_message_visibility_batch(QueueUrl=queue, Entries=[entry])["Failed"]
    assert (failed["Id"], failed["SenderFault"]) == ("0", True)
    with pytest.raises(ClientError, match="ReceiptHandleIsInvalid"):
        sqs.change_message_visibility(QueueUrl=queue, ReceiptHandle="none", VisibilityTimeout=0)


def test_a_batch_keeps_message_attributes(aws: Aws) -> None:
    queue, sqs = aws.create_queue(), aws.client("sqs")
    entry = {"Id": "0", "MessageBody": "again", "MessageAttributes": REPLAYS}
    sqs.send_message_batch(QueueUrl=queue, Entries=[entry])
    assert receive(aws, queue)["MessageAttributes"] == REPLAYS
