"""Endpoint and integrations of HTTP APIs: API Gateway Developer Guide, "Invoke HTTP APIs", "Create AWS service
integrations for HTTP APIs" and "Troubleshooting HTTP API Lambda"."""

import base64
import json
import ssl
import urllib.error
import urllib.request
from typing import Any

import pytest

from tests.support.localcloud import apis, state_machines
from tests.support.localcloud.apis import Api
from tests.support.localcloud.aws import ALLOW_ALL, Aws, Statement, allow, unique_name

ECHO_EVENT = """
import json
def handler(event, context):
    return {"statusCode": 202, "headers": {"location": "/jobs/1"}, "body": json.dumps(event)}
"""


@pytest.fixture(scope="module")
def echo_api(aws: Aws) -> Api:
    return apis.create_api(aws, ECHO_EVENT)


def test_api_endpoint_is_callable_as_returned(aws: Aws, echo_api: Api) -> None:
    reply = apis.send_request(aws, f"{echo_api.endpoint}/jobs", apis.operator_keys(aws), "POST", b'["one"]')
    assert reply.status == 202
    assert reply.body["body"] == '["one"]'
    assert reply.body["isBase64Encoded"] is False
    assert reply.body["version"] == "2.0"
    assert reply.body["routeKey"] == "POST /jobs"
    assert reply.body["rawPath"] == "/jobs"
    assert aws.client("apigatewayv2").get_api(ApiId=echo_api.api_id)["ApiEndpoint"] == echo_api.endpoint


def test_aws_invoke_url_resolves_to_local_endpoint(aws: Aws, echo_api: Api) -> None:
    """Not on AWS: Terraform computes a stage's invoke_url itself."""
    url = aws.cloud.resolve_api_url(
        f"https://{echo_api.api_id}.execute-api.{aws.region}.amazonaws.com/jobs/a%20b?x=1&x=2"
    )
    reply = apis.send_request(aws, url, apis.operator_keys(aws))
    assert reply.body["pathParameters"] == {"id": "a b"}
    assert reply.body["queryStringParameters"] == {"x": "1,2"}
    assert aws.cloud.resolve_api_url(url) == url


def test_binary_body_arrives_in_base64(aws: Aws, echo_api: Api) -> None:
    url = f"{echo_api.endpoint}/jobs"
    reply = apis.send_request(aws, url, apis.operator_keys(aws), "POST", b"\xff\x00", "application/octet-stream")
    assert reply.body["isBase64Encoded"]
    assert base64.b64decode(reply.body["body"]) == b"\xff\x00"


def test_stage_keeps_its_settings(aws: Aws) -> None:
    settings: dict[str, Any] = {
        "DefaultRouteSettings": {
            "ThrottlingBurstLimit": 5,
            "ThrottlingRateLimit": 10.0,
            "DetailedMetricsEnabled": True,
        },
        "AccessLogSettings": {"DestinationArn": "arn:aws:logs:eu-west-1:000000000000:log-group:x", "Format": "{}"},
    }
    api = apis.create_api(aws, ECHO_EVENT, **settings)
    stage = aws.client("apigatewayv2").get_stage(ApiId=api.api_id, StageName="$default")
    assert {name: stage[name] for name in settings} == settings


def test_function_error_is_hidden_from_caller(aws: Aws) -> None:
    api = apis.create_api(aws, "def handler(event, context): raise ValueError('a secret')")
    reply = apis.send_request(aws, f"{api.endpoint}/jobs/1", apis.operator_keys(aws))
    assert reply == apis.Reply(500, {"message": "Internal Server Error"})


@pytest.fixture(scope="module")
def machine(aws: Aws) -> str:
    """Return the ARN of a state machine that returns its input."""
    return state_machines.create_machine(aws, state_machines.chain(Pass={"Type": "Pass"}))


def create_start_integration(aws: Aws, machine: str, *statements: Statement) -> tuple[str, dict[str, Any]]:
    """Create an API whose POST /jobs starts a state machine under a role; return its id and the integration."""
    client = aws.client("apigatewayv2")
    api = client.create_api(Name=unique_name("api"), ProtocolType="HTTP")["ApiId"]
    integration_id = client.create_integration(
        ApiId=api, IntegrationType="AWS_PROXY", IntegrationSubtype="StepFunctions-StartExecution",
        CredentialsArn=aws.create_role("apigateway", *statements), PayloadFormatVersion="1.0",
        RequestParameters={"StateMachineArn": machine, "Input": "$request.body"},
    )["IntegrationId"]  # fmt: skip
    client.create_route(ApiId=api, RouteKey="POST /jobs", Target=f"integrations/{integration_id}")
    client.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
    return api, client.get_integration(ApiId=api, IntegrationId=integration_id)


def post_json(aws: Aws, api: str, body: Any) -> Any:
    request = urllib.request.Request(f"{aws.cloud.endpoint}/jobs", json.dumps(body).encode(), method="POST")
    request.add_header("Host", f"{api}.execute-api.localhost:{aws.cloud.state.port}")
    request.add_header("Content-Type", "application/json")
    context = ssl.create_default_context(cafile=aws.cloud.environment()["AWS_CA_BUNDLE"])
    with urllib.request.urlopen(request, context=context) as response:
        return json.load(response)


def test_post_starts_execution_with_body(aws: Aws, machine: str) -> None:
    """ "StateMachineArn (required), Name, Input"; the response has executionArn and startDate."""
    api, _ = create_start_integration(aws, machine, allow("states:StartExecution", on=machine))
    execution = post_json(aws, api, {"images": ["one"]})["executionArn"]
    assert state_machines.wait_for_end(aws, execution)["output"] == {"images": ["one"]}


def test_start_without_role_permission_returns_500(aws: Aws, machine: str) -> None:
    """Without states:StartExecution the API returns 500 and no execution starts."""
    api, _ = create_start_integration(aws, machine, allow("states:StartExecution", on=f"{machine}-other"))
    step = aws.client("stepfunctions")
    before = step.list_executions(stateMachineArn=machine)["executions"]
    with pytest.raises(urllib.error.HTTPError, match="500") as error:
        post_json(aws, api, {})
    error.value.close()
    assert step.list_executions(stateMachineArn=machine)["executions"] == before


def test_start_integration_is_returned_as_created(aws: Aws, machine: str) -> None:
    """GetIntegration returns subtype and credentials, without method or URI, so that a second plan is empty."""
    _, integration = create_start_integration(aws, machine, ALLOW_ALL)
    assert integration["IntegrationSubtype"] == "StepFunctions-StartExecution"
    assert ":role/" in integration["CredentialsArn"]
    assert integration.keys().isdisjoint({"IntegrationMethod", "IntegrationUri"})
