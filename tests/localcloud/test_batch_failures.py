"""Partial batch responses: "Handling errors for an SQS event source in Lambda"."""

import json
from typing import Any

import pytest

from tests.support.localcloud.aws import Aws, wait_for

ANSWERS = """
import boto3, json, os
def handler(event, context):
    ids = {record["body"]: record["messageId"] for record in event["Records"]}
    boto3.client("sqs").send_message(QueueUrl=os.environ["OUT"], MessageBody="called")
    return json.loads(os.environ["ANSWER"].replace("ID-OF-BAD", ids["bad"]))
"""


def _left(aws: Aws, answer: Any) -> int:
    """How many messages of a batch of two, 'good' and 'bad', stay on the queue after an answer."""
    queue, out = aws.create_queue(VisibilityTimeout=60), aws.create_queue()
    function = aws.create_function(ANSWERS, Environment={"Variables": {"OUT": out, "ANSWER": json.dumps(answer)}})
    aws.send_messages(queue, "good", "bad")
    mapping = aws.map_queue(queue, function, FunctionResponseTypes=["ReportBatchItemFailures"])
    wait_for(lambda: aws.drain_queue(out))
    wait_for(lambda: _result(aws, mapping) != "No records processed")
    return sum(aws.count_messages(queue))


def _result(aws: Aws, mapping: str) -> str:
    result: str = aws.client("lambda").get_event_source_mapping(UUID=mapping)["LastProcessingResult"]
    return result


@pytest.mark.parametrize(
    "answer",
    [
        {"batchItemFailures": [{"itemIdentifier": "none of the batch's"}]},
        {"batchItemFailures": [{"itemIdentifier": ""}]},
        {"batchItemFailures": [{"itemIdentifier": None}]},
        {"batchItemFailures": [{"itemIdentifier": 7}]},
        {"batchItemFailures": [{"identifier": "ID-OF-BAD"}]},
        {"batchItemFailures": [{"itemIdentifier": "ID-OF-BAD"}, {"itemIdentifier": ""}]},
        {"batchItemFailures": ["ID-OF-BAD"]},
        {"batchItemFailures": {"itemIdentifier": "ID-OF-BAD"}},
        {"batchItemFailures": "ID-OF-BAD"},
        ["ID-OF-BAD"],
        "done",
    ],
    ids=json.dumps,
)
def test_a_malformed_answer_fails_the_whole_batch(aws: Aws, answer: Any) -> None:
    """ "Lambda treats a batch as a complete failure if your function returns any of the following" ..."""
    assert _left(aws, answer) == 2


@pytest.mark.parametrize("answer", [None, {}, {"batchItemFailures": []}, {"batchItemFailures": None}], ids=json.dumps)
def test_an_empty_answer_is_a_success(aws: Aws, answer: Any) -> None:
    """ "Lambda treats a batch as a complete success if": an empty or null batchItemFailures list or EventResponse."""
    assert _left(aws, answer) == 0


def test_a_named_message_alone_stays(aws: Aws) -> None:
    assert _left(aws, {"batchItemFailures": [{"itemIdentifier": "ID-OF-BAD"}]}) == 1
