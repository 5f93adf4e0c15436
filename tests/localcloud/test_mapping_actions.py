"""Actions on event source mappings, and lambda:FunctionArn: Service Authorization Reference, "AWS Lambda"."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.localcloud.aws import ACCOUNT, Aws, allow

CALLS = {"Get": "get", "Update": "update", "Delete": "delete"}


def on(aws: Aws, function: str, *actions: str) -> dict[str, Any]:
    arn = f"arn:aws:lambda:{aws.region}:{ACCOUNT}:function:{function}"
    return {**allow(*(f"lambda:{action}EventSourceMapping" for action in actions)),
            "Condition": {"ArnLike": {"lambda:FunctionArn": arn}}}  # fmt: skip


@pytest.mark.parametrize("action", CALLS)
def test_each_needs_its_own_permission_for_that_function(aws: Aws, action: str) -> None:
    function = aws.create_function("def handler(event, context): pass")
    mapping = aws.map_queue(aws.create_queue(VisibilityTimeout=60), function)

    def call(*statements: Any) -> None:
        client = aws.client("lambda", aws.create_user(*statements))
        getattr(client, f"{CALLS[action]}_event_source_mapping")(UUID=mapping)

    others = [other for other in (*CALLS, "Create") if other != action]
    listing = allow("lambda:ListEventSourceMappings")
    for statements in ((on(aws, function, *others), listing), (on(aws, "another", action), listing)):
        with pytest.raises(ClientError, match=f"lambda:{action}EventSourceMapping"):
            call(*statements)
    call(on(aws, function, action))


def test_a_mapping_is_made_for_the_function_that_one_may_feed(aws: Aws) -> None:
    function, queue = aws.create_function("def handler(event, context): pass"), aws.create_queue(VisibilityTimeout=60)
    for named, refused in (("another", True), (function, False)):
        client = aws.client("lambda", aws.create_user(on(aws, named, "Create")))
        made = {"FunctionName": function, "EventSourceArn": aws.queue_arn(queue)}
        if refused:
            with pytest.raises(ClientError, match="lambda:CreateEventSourceMapping"):
                client.create_event_source_mapping(**made)
        else:
            client.create_event_source_mapping(**made)
