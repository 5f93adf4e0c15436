"""modules/api: signed requests alone, throttled and logged, each route with the least that lets it do its work."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.terraform_root import Root


def grant(address: str, action: str) -> dict[str, Any]:
    return {"address": address, "permissions": [{"actions": [action], "resources": [address]}]}


START = grant("arn:aws:lambda:eu-west-1:000000000000:function:start", "lambda:InvokeFunction")
FOLLOW = grant("arn:aws:lambda:eu-west-1:000000000000:function:follow:live", "lambda:InvokeFunction")
BRANCHES = grant("arn:aws:states:eu-west-1:000000000000:stateMachine:branches", "states:StartExecution")


@pytest.fixture(scope="module")
def api(module: Callable[..., Root]) -> Root:
    return module("api", name="jobs", routes={"POST /jobs": START})


@pytest.fixture(scope="module")
def planned(api: Root) -> dict[str, dict[str, Any]]:
    routes = {"POST /jobs": START, "GET /jobs/{id}": FOLLOW, "GET /start": BRANCHES, "POST /start": BRANCHES}
    return api.plan(routes=routes, throttle={"rate": 5, "burst": 7}, log_days=14).resources


def test_every_route_wants_a_signed_request(planned: dict[str, dict[str, Any]]) -> None:
    routes = [values for address, values in planned.items() if address.startswith("aws_apigatewayv2_route")]
    assert {route["route_key"] for route in routes} == {"POST /jobs", "GET /jobs/{id}", "GET /start", "POST /start"}
    assert {route["authorization_type"] for route in routes} == {"AWS_IAM"}


def test_a_function_gets_the_request_whole(planned: dict[str, dict[str, Any]]) -> None:
    integration = planned['aws_apigatewayv2_integration.function["GET /jobs/{id}"]']
    assert integration["integration_type"] == "AWS_PROXY"
    assert integration["integration_uri"] == FOLLOW["address"]
    assert integration["payload_format_version"] == "2.0"


def test_only_the_api_may_call_the_functions(planned: dict[str, dict[str, Any]]) -> None:
    permissions = {
        address.split('"')[1]: values
        for address, values in planned.items()
        if address.startswith("aws_lambda_permission")
    }
    assert permissions.keys() == {"POST /jobs", "GET /jobs/{id}"}  # their source_arn is known after apply
    permission = permissions["GET /jobs/{id}"]
    assert (permission["action"], permission["principal"]) == ("lambda:InvokeFunction", "apigateway.amazonaws.com")
    assert permission["statement_id"] == "GET-jobs-id"
    assert (permission["function_name"], permission["qualifier"]) == ("status", "live")
    whole = permissions["POST /jobs"]
    assert (whole["function_name"], whole.get("qualifier")) == ("start", None)


def test_a_state_machine_is_started_under_a_role_that_may_start_no_other(planned: dict[str, dict[str, Any]]) -> None:
    integration = planned['aws_apigatewayv2_integration.machine["GET /start"]']
    assert integration["integration_subtype"] == "StepFunctions-StartExecution"
    assert integration["request_parameters"] == {"StateMachineArn": BRANCHES["address"]}
    posted = planned['aws_apigatewayv2_integration.machine["POST /start"]']["request_parameters"]
    assert posted == {"StateMachineArn": BRANCHES["address"], "Input": "$request.body"}
    role = 'module.role["GET /start"]'
    assert planned[f"{role}.aws_iam_role.this"]["name"] == "jobs-GET-start"
    (trust,) = json.loads(planned[f"{role}.aws_iam_role.this"]["assume_role_policy"])["Statement"]
    assert trust["Principal"] == {"Service": "apigateway.amazonaws.com"}
    (statement,) = json.loads(planned[f'{role}.aws_iam_role_policy.grants["STARTS"]']["policy"])["Statement"]
    assert (statement["Action"], statement["Resource"]) == (["states:StartExecution"], [BRANCHES["address"]])


def test_it_is_throttled_and_logs_each_request_as_json(planned: dict[str, dict[str, Any]]) -> None:
    stage = planned["aws_apigatewayv2_stage.this"]
    (settings,) = stage["default_route_settings"]
    assert (settings["throttling_rate_limit"], settings["throttling_burst_limit"]) == (5, 7)
    entry = json.loads(stage["access_log_settings"][0]["format"])
    assert (entry["route"], entry["status"]) == ("$context.routeKey", "$context.status")
    log = planned["module.logs.aws_cloudwatch_log_group.this"]
    assert (log["name"], log["retention_in_days"]) == ("/aws/vendedlogs/apis/jobs", 14)


def test_what_cannot_be_is_said_at_plan(api: Root) -> None:
    refusal = api.refusal(
        name="has space",
        routes={"FETCH jobs": START, "POST /jobs": grant("https://queue", "sqs:SendMessage")},
        authorization="BASIC",
        throttle={"rate": 0},
        log_days=8,
    )
    for sentence in (
        'The API\'s name "has space" must have 1 to 40 letters',
        'Every route must be a method and a path, such as "POST /jobs"',
        "Every route must be given a function's invoker or a state machine's starter grant",
        'authorization is "BASIC", but must be AWS_IAM or NONE',
        "throttle lets in 0 requests a second and 20 at one moment, but both must be at least 1",
        "log_days is 8, but CloudWatch keeps logs for",
    ):
        assert sentence in refusal
