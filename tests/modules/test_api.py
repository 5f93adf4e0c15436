"""modules/api: accepts only signed requests, is throttled and logged, and each route has only its grant."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.terraform_root import Root


def grant(address: str, action: str) -> dict[str, Any]:
    return {"address": address, "permissions": [{"actions": [action], "resources": [address]}]}


START = grant("arn:aws:lambda:eu-west-1:000000000000:function:start", "lambda:InvokeFunction")
STATUS = grant("arn:aws:lambda:eu-west-1:000000000000:function:status:live", "lambda:InvokeFunction")
BRANCHES = grant("arn:aws:states:eu-west-1:000000000000:stateMachine:branches", "states:StartExecution")


@pytest.fixture(scope="module")
def api(module: Callable[..., Root]) -> Root:
    return module("api", name="jobs", routes={"POST /jobs": START})


@pytest.fixture(scope="module")
def planned(api: Root) -> dict[str, dict[str, Any]]:
    routes = {"POST /jobs": START, "GET /jobs/{id}": STATUS, "GET /start": BRANCHES, "POST /start": BRANCHES}
    return api.plan(routes=routes, throttle={"rate": 5, "burst": 7}, log_days=14).resources


def test_every_route_requires_a_signed_request(planned: dict[str, dict[str, Any]]) -> None:
    routes = [values for address, values in planned.items() if address.startswith("aws_apigatewayv2_route")]
    assert {route["route_key"] for route in routes} == {"POST /jobs", "GET /jobs/{id}", "GET /start", "POST /start"}
    assert {route["authorization_type"] for route in routes} == {"AWS_IAM"}


def test_function_route_passes_the_whole_request(planned: dict[str, dict[str, Any]]) -> None:
    integration = planned['aws_apigatewayv2_integration.function["GET /jobs/{id}"]']
    assert integration["integration_type"] == "AWS_PROXY"
    assert integration["integration_uri"] == STATUS["address"]
    assert integration["payload_format_version"] == "2.0"


def test_function_route_permits_only_the_api(planned: dict[str, dict[str, Any]]) -> None:
    permissions = {
        address.split('"')[1]: values
        for address, values in planned.items()
        if address.startswith("aws_lambda_permission")
    }
    assert permissions.keys() == {"POST /jobs", "GET /jobs/{id}"}  # their source_arn is known after apply
    of_alias = permissions["GET /jobs/{id}"]
    assert of_alias["action"] == "lambda:InvokeFunction"
    assert of_alias["principal"] == "apigateway.amazonaws.com"
    assert of_alias["statement_id"] == "GET-jobs-id"
    assert of_alias["function_name"] == "status"
    assert of_alias["qualifier"] == "live"
    of_function = permissions["POST /jobs"]
    assert of_function["function_name"] == "start"
    assert of_function.get("qualifier") is None


def test_state_machine_route_has_a_role_for_only_that(planned: dict[str, dict[str, Any]]) -> None:
    integration = planned['aws_apigatewayv2_integration.state_machine["GET /start"]']
    assert integration["integration_subtype"] == "StepFunctions-StartExecution"
    assert integration["request_parameters"] == {"StateMachineArn": BRANCHES["address"]}
    with_body = planned['aws_apigatewayv2_integration.state_machine["POST /start"]']["request_parameters"]
    assert with_body == {"StateMachineArn": BRANCHES["address"], "Input": "$request.body"}
    role = 'module.role["GET /start"]'
    assert planned[f"{role}.aws_iam_role.this"]["name"] == "jobs-GET-start"
    (trust,) = json.loads(planned[f"{role}.aws_iam_role.this"]["assume_role_policy"])["Statement"]
    assert trust["Principal"] == {"Service": "apigateway.amazonaws.com"}
    (statement,) = json.loads(planned[f'{role}.aws_iam_role_policy.grants["STARTS"]']["policy"])["Statement"]
    assert statement["Action"] == ["states:StartExecution"]
    assert statement["Resource"] == [BRANCHES["address"]]


def test_api_is_throttled_and_logs_json(planned: dict[str, dict[str, Any]]) -> None:
    stage = planned["aws_apigatewayv2_stage.this"]
    (settings,) = stage["default_route_settings"]
    assert settings["throttling_rate_limit"] == 5
    assert settings["throttling_burst_limit"] == 7
    entry = json.loads(stage["access_log_settings"][0]["format"])
    assert entry["route"] == "$context.routeKey"
    assert entry["status"] == "$context.status"
    log_group = planned["module.logs.aws_cloudwatch_log_group.this"]
    assert log_group["name"] == "/aws/vendedlogs/apis/jobs"
    assert log_group["retention_in_days"] == 14


def test_invalid_api_variables_fail_the_plan(api: Root) -> None:
    error = api.plan_error(
        name="has space",
        routes={"FETCH jobs": START, "POST /jobs": grant("https://queue", "sqs:SendMessage")},
        authorization="BASIC",
        throttle={"rate": 0},
        log_days=8,
    )
    for message in (
        'Invalid API name "has space": use 1 to 40 letters',
        'Every route must be a method and a path, for example "POST /jobs"',
        "Every route needs the invoker grant of a function or the starter grant of a state machine",
        'authorization is "BASIC", but must be AWS_IAM or NONE',
        "throttle.rate is 0 and throttle.burst 20, but both must be at least 1",
        "log_days is 8, but CloudWatch accepts only",
    ):
        assert message in error
