"""What SQS counts: SQS Developer Guide, "Available CloudWatch metrics for Amazon SQS"."""

from tests.localcloud.test_queue_metrics import gauge, receive, with_dead_letters
from tests.support.localcloud.aws import Aws, policy_document, unique_name, wait_for

HANDS_NOTHING_BACK = "def handler(event, context): pass"


def counted(aws: Aws, queue: str, metric: str) -> float | None:
    return gauge(aws, queue, metric, "Sum")


def test_what_is_done_is_counted(aws: Aws) -> None:
    queue, sqs = aws.create_queue(), aws.client("sqs")
    aws.send_messages(queue, "one", "two")
    sqs.send_message(QueueUrl=queue, MessageBody="three")
    receipts = receive(aws, queue)
    receive(aws, queue)
    sqs.delete_message_batch(QueueUrl=queue, Entries=[{"Id": "0", "ReceiptHandle": receipts[0]}])
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=receipts[1])
    names = ("MessagesSent", "MessagesReceived", "MessagesDeleted", "EmptyReceives")
    assert [counted(aws, queue, f"NumberOf{name}") for name in names] == [3, 3, 2, 1]
    assert counted(aws, queue, "SentMessageSize") == len("onetwothree")


def test_a_poller_counts_like_anybody(aws: Aws) -> None:
    queue = aws.create_queue()
    aws.map_queue(queue, aws.create_function(HANDS_NOTHING_BACK))
    aws.send_messages(queue, "one", "two")
    wait_for(lambda: counted(aws, queue, "NumberOfMessagesDeleted") == 2)
    assert counted(aws, queue, "NumberOfMessagesReceived") == 2


def test_a_message_that_is_known_is_not_added(aws: Aws) -> None:
    queue = aws.create_queue(".fifo", FifoQueue="true")
    for _ in range(2):
        aws.client("sqs").send_message(QueueUrl=queue, MessageBody="b", MessageGroupId="g", MessageDeduplicationId="d")
    assert counted(aws, queue, "NumberOfMessagesSent") == 1


def test_a_redriven_message_was_not_sent(aws: Aws) -> None:
    """ "If a message is sent to a dead-letter queue as a result of a failed processing attempt, it isn't captured"."""
    queue, dead = with_dead_letters(aws)
    aws.send_messages(queue, "bad")
    receive(aws, queue)
    receive(aws, queue)
    assert gauge(aws, dead, "ApproximateNumberOfMessagesVisible") == 1
    assert counted(aws, dead, "NumberOfMessagesSent") == 0
    aws.send_messages(dead, "by hand")
    assert counted(aws, dead, "NumberOfMessagesSent") == 1


def test_an_active_queue_counts_zeros(aws: Aws) -> None:
    """ "A non-negative value is reported if the queue is active"; else an alarm on too little would lack data."""
    queue = aws.create_queue()
    assert counted(aws, queue, "NumberOfMessagesSent") is None
    aws.count_messages(queue)
    assert counted(aws, queue, "NumberOfMessagesSent") == 0


def test_what_a_topic_delivers_was_sent(aws: Aws) -> None:
    allowed = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage",
               "Resource": "*"}  # fmt: skip
    queue, sns = aws.create_queue(Policy=policy_document(allowed)), aws.client("sns")
    topic = sns.create_topic(Name=unique_name("topic"))["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=aws.queue_arn(queue))
    sns.publish(TopicArn=topic, Message="told")
    assert counted(aws, queue, "NumberOfMessagesSent") == 1
