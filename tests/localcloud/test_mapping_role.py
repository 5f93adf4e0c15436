"""Lambda reads a queue under the function's role: "Configuring execution role permissions"."""

import pytest
from botocore.exceptions import ClientError

from tests.support.localcloud.aws import Aws, allow, wait_for

ACTIONS = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
DOES_NOTHING = "def handler(e, c): pass"


@pytest.mark.parametrize("lacking", ACTIONS)
def test_a_mapping_needs_each_permission(aws: Aws, lacking: str) -> None:
    """ "The provided execution role does not have permissions to call ReceiveMessage on SQS"."""
    role = aws.create_role("lambda", allow(*(action for action in ACTIONS if action != lacking)))
    with pytest.raises(ClientError, match=f"does not have permissions to call {lacking[4:]} on SQS"):
        aws.map_queue(aws.create_queue(), aws.create_function(DOES_NOTHING, role))


def test_a_permission_taken_away_stops_the_mapping(aws: Aws) -> None:
    role = aws.create_role("lambda", allow(*ACTIONS))
    queue = aws.create_queue()
    mapping = aws.map_queue(queue, aws.create_function(DOES_NOTHING, role))
    aws.set_permissions(role, allow(*ACTIONS[1:]))
    aws.send_messages(queue, "waits")
    client = aws.client("lambda")
    wait_for(lambda: "PROBLEM" in client.get_event_source_mapping(UUID=mapping)["LastProcessingResult"])
    assert aws.count_messages(queue) == (1, 0)
    aws.set_permissions(role, allow(*ACTIONS))
    wait_for(lambda: aws.count_messages(queue) == (0, 0))


def test_the_role_must_trust_lambda(aws: Aws) -> None:
    """A role that another service may assume is of no use to Lambda."""
    with pytest.raises(ClientError, match="does not have permissions"):
        aws.map_queue(aws.create_queue(), aws.create_function(DOES_NOTHING, aws.create_role("states", allow(*ACTIONS))))
