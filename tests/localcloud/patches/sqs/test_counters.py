"""Counters of SQS: SQS Developer Guide, "Available CloudWatch metrics for Amazon SQS"."""

from tests.support.localcloud import queues
from tests.support.localcloud.aws import Aws, policy_document, unique_name, wait_for

NO_OPERATION = "def handler(event, context): pass"


def read_counter(aws: Aws, queue: str, metric: str) -> float | None:
    return queues.read_queue_metric(aws, queue, metric, "Sum")


def test_sent_received_and_deleted_messages_are_counted(aws: Aws) -> None:
    queue, sqs = aws.create_queue(), aws.client("sqs")
    aws.send_messages(queue, "one", "two")
    sqs.send_message(QueueUrl=queue, MessageBody="three")
    receipts = queues.receive_handles(aws, queue)
    queues.receive_handles(aws, queue)
    sqs.delete_message_batch(QueueUrl=queue, Entries=[{"Id": "0", "ReceiptHandle": receipts[0]}])
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=receipts[1])
    names = ("MessagesSent", "MessagesReceived", "MessagesDeleted", "EmptyReceives")
    assert [read_counter(aws, queue, f"NumberOf{name}") for name in names] == [3, 3, 2, 1]
    assert read_counter(aws, queue, "SentMessageSize") == len("onetwothree")


def test_messages_of_poller_are_counted(aws: Aws) -> None:
    queue = aws.create_queue()
    aws.map_queue(queue, aws.create_function(NO_OPERATION))
    aws.send_messages(queue, "one", "two")
    wait_for(lambda: read_counter(aws, queue, "NumberOfMessagesDeleted") == 2)
    assert read_counter(aws, queue, "NumberOfMessagesReceived") == 2


def test_duplicate_fifo_message_is_not_counted(aws: Aws) -> None:
    queue = aws.create_queue(".fifo", FifoQueue="true")
    for _ in range(2):
        aws.client("sqs").send_message(QueueUrl=queue, MessageBody="b", MessageGroupId="g", MessageDeduplicationId="d")
    assert read_counter(aws, queue, "NumberOfMessagesSent") == 1


def test_redriven_message_is_not_counted_as_sent(aws: Aws) -> None:
    """ "If a message is sent to a dead-letter queue as a result of a failed processing attempt, it isn't captured"."""
    queue, dead = queues.create_queue_with_dead_letters(aws, VisibilityTimeout=0)
    aws.send_messages(queue, "bad")
    queues.receive_handles(aws, queue)
    queues.receive_handles(aws, queue)
    assert queues.read_queue_metric(aws, dead, "ApproximateNumberOfMessagesVisible") == 1
    assert read_counter(aws, dead, "NumberOfMessagesSent") == 0
    aws.send_messages(dead, "by hand")
    assert read_counter(aws, dead, "NumberOfMessagesSent") == 1


def test_active_queue_records_zeros(aws: Aws) -> None:
    """ "A non-negative value is reported if the queue is active"; otherwise alarms on low values would lack data."""
    queue = aws.create_queue()
    assert read_counter(aws, queue, "NumberOfMessagesSent") is None
    aws.count_messages(queue)
    assert read_counter(aws, queue, "NumberOfMessagesSent") == 0


def test_message_delivered_by_topic_is_counted(aws: Aws) -> None:
    allow_topic = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage",
               "Resource": "*"}  # fmt: skip
    queue, sns = aws.create_queue(Policy=policy_document(allow_topic)), aws.client("sns")
    topic = sns.create_topic(Name=unique_name("topic"))["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=aws.queue_arn(queue))
    sns.publish(TopicArn=topic, Message="delivered")
    assert read_counter(aws, queue, "NumberOfMessagesSent") == 1
