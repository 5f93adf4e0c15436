"""Mappings of queues to functions: "Configuring execution role permissions" and "CreateEventSourceMapping".

The first is a page of the Lambda Developer Guide, the second of the Lambda API Reference.
"""

import pytest
from botocore.exceptions import ClientError

from tests.support.localcloud.aws import Aws, allow, wait_for

QUEUE_ACTIONS = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
NO_OPERATION = "def handler(e, c): pass"


@pytest.mark.parametrize("missing", QUEUE_ACTIONS)
def test_mapping_without_queue_permission_is_rejected(aws: Aws, missing: str) -> None:
    """ "The provided execution role does not have permissions to call ReceiveMessage on SQS"."""
    role = aws.create_role("lambda", allow(*(action for action in QUEUE_ACTIONS if action != missing)))
    with pytest.raises(ClientError, match=f"does not have permissions to call {missing[4:]} on SQS"):
        aws.map_queue(aws.create_queue(), aws.create_function(NO_OPERATION, role))


def test_mapping_stops_when_permission_is_removed(aws: Aws) -> None:
    role = aws.create_role("lambda", allow(*QUEUE_ACTIONS))
    queue = aws.create_queue()
    mapping = aws.map_queue(queue, aws.create_function(NO_OPERATION, role))
    aws.set_permissions(role, allow(*QUEUE_ACTIONS[1:]))
    aws.send_messages(queue, "waits")
    client = aws.client("lambda")
    wait_for(lambda: "PROBLEM" in client.get_event_source_mapping(UUID=mapping)["LastProcessingResult"])
    assert aws.count_messages(queue) == (1, 0)
    aws.set_permissions(role, allow(*QUEUE_ACTIONS))
    wait_for(lambda: aws.count_messages(queue) == (0, 0))


def test_mapping_with_untrusting_role_is_rejected(aws: Aws) -> None:
    """Lambda cannot use a role that only another service may assume."""
    role = aws.create_role("states", allow(*QUEUE_ACTIONS))
    with pytest.raises(ClientError, match="does not have permissions"):
        aws.map_queue(aws.create_queue(), aws.create_function(NO_OPERATION, role))


def test_mapping_with_short_visibility_timeout_is_rejected(aws: Aws) -> None:
    """ "Queue visibility timeout: 5 seconds is less than Function timeout: 6 seconds"."""
    function = aws.create_function(NO_OPERATION, Timeout=6)
    with pytest.raises(ClientError, match="visibility timeout: 5 seconds is less than Function timeout: 6 seconds"):
        aws.map_queue(aws.create_queue(VisibilityTimeout=5), function)
    assert aws.map_queue(aws.create_queue(VisibilityTimeout=6), function)
