"""What the policy for `sluice` does not allow; test_command_line.py and test_repair.py type every command under it."""

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
def others() -> Iterator[str]:
    """The URL of another environment's queue."""
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="sluice-other-images")["QueueUrl"]
    yield url
    sqs.delete_queue(QueueUrl=url)


def refused(operator: Operator, calls: list[Call]) -> None:
    for service, method, arguments in calls:
        with pytest.raises(ClientError) as told:
            getattr(operator.client(service), method)(**arguments)
        assert aws_errors.is_access_denied(told.value), (method, arguments, told.value)


def test_functions_roles_buckets_and_what_runs_stay_as_they_are(operator: Operator, stack: Root) -> None:
    outputs = stack.outputs()
    worker, jobs = outputs["functions"]["worker"], outputs["jobs"]
    models = {"Bucket": outputs["models"]["bucket"], "Key": "digits/manifest.json"}
    state = {"Bucket": "sluice-local-state", "Key": "sluice/local.tfstate"}
    refused(
        operator,
        [
            ("lambda", "update_function_code", {"FunctionName": worker, "ZipFile": b"code"}),
            ("lambda", "update_function_configuration", {"FunctionName": worker, "Timeout": 1}),
            ("lambda", "get_function", {"FunctionName": worker}),
            ("lambda", "invoke", {"FunctionName": f"{worker}:live"}),
            ("iam", "put_role_policy", {"RoleName": worker, "PolicyName": "more", "PolicyDocument": POLICY}),
            ("iam", "create_access_key", {"UserName": operator.name}),
            ("s3", "put_object", {"Bucket": jobs["bucket"], "Key": "jobs/typed/request.json"}),
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


def test_each_queue_is_used_as_the_commands_use_it(operator: Operator, pipeline: Pipeline) -> None:
    images, results, dead = ({"QueueUrl": pipeline.outputs[name]} for name in ("images", "predictions", "dead_letters"))
    refused(
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


def test_another_environment_is_refused(operator: Operator, others: str, stack: Root) -> None:
    assert stack
    worker = "sluice-other-worker"
    refused(
        operator,
        [
            ("sqs", "send_message", {"QueueUrl": others, "MessageBody": "{}"}),
            ("sqs", "get_queue_attributes", {"QueueUrl": others}),
            ("lambda", "get_function_configuration", {"FunctionName": worker}),
            ("logs", "filter_log_events", {"logGroupName": f"/aws/lambda/{worker}"}),
            ("s3", "get_object", {"Bucket": "sluice-local-state", "Key": "sluice/other.tfstate"}),
            ("s3", "list_objects_v2", {"Bucket": "sluice-local-state", "Prefix": "sluice/"}),
            ("s3", "list_objects_v2", {"Bucket": "holiday-photos"}),
        ],
    )
