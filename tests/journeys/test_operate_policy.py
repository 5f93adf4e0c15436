"""Calls that the policy `operate` denies; test_command_line.py and test_recovery.py run all commands with it."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from sluice import aws_errors
from tests.support.journeys.operators import Operator
from tests.support.journeys.pipeline import Pipeline
from tests.support.terraform_root import Root

METRICS = [{"MetricName": "DeadLettersDropped", "Value": 1.0}]
POLICY = json.dumps({"Version": "2012-10-17", "Statement": []})
Call = tuple[str, str, Mapping[str, Any]]


@pytest.fixture(scope="module")
def other_queue() -> Iterator[str]:
    """The URL of another environment's queue."""
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="sluice-other-images")["QueueUrl"]
    yield url
    sqs.delete_queue(QueueUrl=url)


def assert_denied(operator: Operator, calls: list[Call]) -> None:
    for service, method, arguments in calls:
        with pytest.raises(ClientError) as error:
            getattr(operator.create_client(service), method)(**arguments)
        assert aws_errors.is_access_denied(error.value), (method, arguments, error.value)


def test_operate_policy_denies_changes_of_the_environment(operator: Operator, stack: Root) -> None:
    outputs = stack.outputs()
    worker, jobs = outputs["functions"]["worker"], outputs["jobs"]
    models = {"Bucket": outputs["models"]["bucket"], "Key": "digits/manifest.json"}
    state = {"Bucket": "sluice-local-state", "Key": "sluice/local.tfstate"}
    assert_denied(
        operator,
        [
            ("lambda", "update_function_code", {"FunctionName": worker, "ZipFile": b"code"}),
            ("lambda", "update_function_configuration", {"FunctionName": worker, "Timeout": 1}),
            ("lambda", "get_function", {"FunctionName": worker}),
            ("lambda", "invoke", {"FunctionName": f"{worker}:live"}),
            ("iam", "put_role_policy", {"RoleName": worker, "PolicyName": "more", "PolicyDocument": POLICY}),
            ("iam", "create_access_key", {"UserName": operator.name}),
            ("s3", "put_object", {"Bucket": jobs["bucket"], "Key": "jobs/any/request.json"}),
            ("s3", "list_objects_v2", {"Bucket": jobs["bucket"]}),
            ("s3", "put_bucket_policy", {"Bucket": jobs["bucket"], "Policy": POLICY}),
            ("s3", "get_object", models),
            ("s3", "put_object", models),
            ("s3", "put_object", state),
            ("s3", "put_object", {**state, "Key": f"{state['Key']}.tflock"}),
            ("stepfunctions", "start_execution", {"stateMachineArn": jobs["workflow"]}),
            ("apigatewayv2", "get_apis", {}),
            ("sns", "publish", {"TopicArn": outputs["alarms"]["topic"], "Message": "nothing"}),
            ("cloudwatch", "delete_alarms", {"AlarmNames": [outputs["alarms"]["names"]["dead_letters"]]}),
            ("cloudwatch", "put_metric_data", {"Namespace": "Another", "MetricData": METRICS}),
            ("logs", "delete_log_group", {"logGroupName": f"/aws/lambda/{worker}"}),
        ],
    )


def test_operate_policy_denies_unneeded_queue_calls(operator: Operator, pipeline: Pipeline) -> None:
    images, results, dead = ({"QueueUrl": pipeline.outputs[name]} for name in ("images", "predictions", "dead_letters"))
    assert_denied(
        operator,
        [
            ("sqs", "receive_message", images),
            ("sqs", "purge_queue", images),
            ("sqs", "send_message", {**results, "MessageBody": "{}", "MessageGroupId": "one"}),
            ("sqs", "change_message_visibility", {**results, "ReceiptHandle": "none", "VisibilityTimeout": 0}),
            ("sqs", "send_message", {**dead, "MessageBody": "{}"}),
            ("sqs", "set_queue_attributes", {**dead, "Attributes": {"VisibilityTimeout": "0"}}),
        ],
    )


def test_operate_policy_denies_another_environment(operator: Operator, other_queue: str) -> None:
    worker = "sluice-other-worker"
    assert_denied(
        operator,
        [
            ("sqs", "send_message", {"QueueUrl": other_queue, "MessageBody": "{}"}),
            ("sqs", "get_queue_attributes", {"QueueUrl": other_queue}),
            ("lambda", "get_function_configuration", {"FunctionName": worker}),
            ("logs", "filter_log_events", {"logGroupName": f"/aws/lambda/{worker}"}),
            ("s3", "get_object", {"Bucket": "sluice-local-state", "Key": "sluice/other.tfstate"}),
            ("s3", "list_objects_v2", {"Bucket": "sluice-local-state", "Prefix": "sluice/"}),
            ("s3", "list_objects_v2", {"Bucket": "holiday-photos"}),
        ],
    )
