"""An HTTP API starts a state machine: "Create AWS service integrations for HTTP APIs", StepFunctions-StartExecution."""

import json
import ssl
import urllib.error
import urllib.request
from typing import Any

import pytest

from tests.support.localcloud.aws import ALLOW_ALL, Aws, Statement, allow, unique_name, wait_for


@pytest.fixture(scope="module")
def machine(aws: Aws) -> str:
    """The ARN of a state machine that gives back its input."""
    definition = {"StartAt": "Pass", "States": {"Pass": {"Type": "Pass", "End": True}}}
    arn: str = aws.client("stepfunctions").create_state_machine(
        name=unique_name("machine"), definition=json.dumps(definition), roleArn=aws.create_role("states", ALLOW_ALL)
    )["stateMachineArn"]
    return arn


def _integration(aws: Aws, machine: str, *statements: Statement) -> tuple[str, dict[str, Any]]:
    """A new API whose POST /jobs starts the machine under a role: (API's id, the integration as it is kept)."""
    client = aws.client("apigatewayv2")
    api = client.create_api(Name=unique_name("api"), ProtocolType="HTTP")["ApiId"]
    made = client.create_integration(
        ApiId=api, IntegrationType="AWS_PROXY", IntegrationSubtype="StepFunctions-StartExecution",
        CredentialsArn=aws.create_role("apigateway", *statements), PayloadFormatVersion="1.0",
        RequestParameters={"StateMachineArn": machine, "Input": "$request.body"},
    )["IntegrationId"]  # fmt: skip
    client.create_route(ApiId=api, RouteKey="POST /jobs", Target=f"integrations/{made}")
    client.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
    return api, client.get_integration(ApiId=api, IntegrationId=made)


def _post(aws: Aws, api: str, body: Any) -> Any:
    request = urllib.request.Request(f"{aws.cloud.endpoint}/jobs", json.dumps(body).encode(), method="POST")
    request.add_header("Host", f"{api}.execute-api.localhost:{aws.cloud.state.port}")
    request.add_header("Content-Type", "application/json")
    trust = ssl.create_default_context(cafile=aws.cloud.environment()["AWS_CA_BUNDLE"])
    with urllib.request.urlopen(request, context=trust) as answer:
        return json.load(answer)


def test_a_post_starts_an_execution_with_its_body(aws: Aws, machine: str) -> None:
    """ "StateMachineArn (required), Name, Input"; the answer holds executionArn and startDate."""
    api, _ = _integration(aws, machine, allow("states:StartExecution", on=machine))
    execution = _post(aws, api, {"images": ["one"]})["executionArn"]
    step = aws.client("stepfunctions")
    ended = wait_for(lambda: (e := step.describe_execution(executionArn=execution))["status"] != "RUNNING" and e)
    assert json.loads(ended["output"]) == {"images": ["one"]}


def test_the_role_must_allow_it(aws: Aws, machine: str) -> None:
    """Without states:StartExecution the API answers 500 and nothing starts."""
    api, _ = _integration(aws, machine, allow("states:StartExecution", on=f"{machine}-other"))
    step = aws.client("stepfunctions")
    before = step.list_executions(stateMachineArn=machine)["executions"]
    with pytest.raises(urllib.error.HTTPError, match="500") as refused:
        _post(aws, api, {})
    refused.value.close()
    assert step.list_executions(stateMachineArn=machine)["executions"] == before


def test_the_integration_is_kept_as_it_was_made(aws: Aws, machine: str) -> None:
    """GetIntegration gives subtype and credentials, and neither method nor address: a second plan is empty."""
    _, kept = _integration(aws, machine, ALLOW_ALL)
    assert kept["IntegrationSubtype"] == "StepFunctions-StartExecution"
    assert ":role/" in kept["CredentialsArn"]
    assert kept.keys().isdisjoint({"IntegrationMethod", "IntegrationUri"})
