"""SQS has no permission for batches: "Amazon SQS API permissions: actions and resource reference"."""

import pytest
from botocore.exceptions import ClientError

from tests.support.localcloud.aws import Aws, allow


def test_each_batch_action_is_covered_by_its_single_one(aws: Aws) -> None:
    """ "To grant permissions for SendMessageBatch, specify sqs:SendMessage", and so for the other two."""
    queue = aws.create_queue()
    arn = aws.queue_arn(queue)
    sender = aws.client("sqs", aws.create_user(allow("sqs:SendMessage", on=arn)))
    changer = aws.client("sqs", aws.create_user(allow("sqs:ChangeMessageVisibility", on=arn)))
    deleter = aws.client("sqs", aws.create_user(allow("sqs:DeleteMessage", on=arn)))
    sender.send_message_batch(QueueUrl=queue, Entries=[{"Id": "1", "MessageBody": "x"}])
    receipt = aws.client("sqs").receive_message(QueueUrl=queue)["Messages"][0]["ReceiptHandle"]
    entry = {"Id": "1", "ReceiptHandle": receipt}
    changer.change_message_visibility_batch(QueueUrl=queue, Entries=[{**entry, "VisibilityTimeout": 60}])
    assert deleter.delete_message_batch(QueueUrl=queue, Entries=[entry])["Successful"] == [{"Id": "1"}]


def test_another_permission_does_not_cover_it(aws: Aws) -> None:
    queue = aws.create_queue()
    receiver = aws.client("sqs", aws.create_user(allow("sqs:ReceiveMessage", on=aws.queue_arn(queue))))
    with pytest.raises(ClientError, match="AccessDenied"):
        receiver.send_message_batch(QueueUrl=queue, Entries=[{"Id": "1", "MessageBody": "x"}])
