"""POST /jobs with events of the HTTP API."""

import io
import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from botocore.stub import Stubber
from jsonschema import Draft202012Validator

from inference.fetch import s3
from jobs import executions
from tests.lambdas.handlers.conftest import Context
from tests.support.lambdas.document import load_example, load_schema
from tests.support.lambdas.state_machines import StateMachines

Load = Callable[..., ModuleType]


def post(start: ModuleType, body: Any) -> tuple[int, dict[str, str], Any]:
    """Return the status, the headers and the body of the reply."""
    event = {"version": "2.0", "routeKey": "POST /jobs", "body": json.dumps(body), "isBase64Encoded": False}
    reply = start.handler(event, Context())
    return reply["statusCode"], reply["headers"], json.loads(reply["body"])


def test_list_is_accepted_and_started_once(load: Load, machines: StateMachines, job: str) -> None:
    start = load("start")
    for _ in range(2):
        status, headers, reply = post(start, {**load_example("jobs", "request"), "name": job})
        assert status == 202
        assert reply == {"id": job, "status": "running", "href": f"/jobs/{job}"}
        assert headers["location"] == reply["href"]
        Draft202012Validator(load_schema("accepted")).validate(reply)
    assert machines.execution_inputs(machines.waiting, job) == [{"job": job}]


def test_bare_list_gets_a_name(load: Load, machines: StateMachines) -> None:
    status, _, reply = post(load("start"), ["https://example.com/cat.jpg"])
    assert status == 202
    Draft202012Validator(load_schema("accepted")).validate(reply)
    assert machines.execution_inputs(machines.waiting, reply["id"]) == [{"job": reply["id"]}]


def test_other_request_under_same_name_is_refused(load: Load, job: str) -> None:
    start = load("start")
    assert post(start, {"urls": ["a"], "name": job})[0] == 202
    status, _, reply = post(start, {"urls": ["b"], "name": job})
    assert (status, list(reply)) == (409, ["message"])
    assert job in reply["message"]


def test_list_in_s3_needs_an_allowed_bucket(load: Load, machines: StateMachines, job: str) -> None:
    start = load("start")
    assert post(start, {"source": "s3://lambdas-other/all.csv", "name": job})[0] == 400
    assert post(start, {"source": "s3://lambdas-lists/all.csv", "name": job})[0] == 202
    assert machines.execution_inputs(machines.waiting, job) == [
        {"job": job, "bucket": "lambdas-lists", "key": "all.csv"}
    ]


def test_invalid_entry_is_named_and_nothing_starts(load: Load, machines: StateMachines, job: str) -> None:
    status, _, reply = post(load("start"), {"urls": ["a", 7], "name": job})
    assert status == 400
    assert "urls[1]" in reply["message"]
    Draft202012Validator(load_schema("request_error")).validate(reply)
    assert machines.execution_inputs(machines.waiting, job) == []


@pytest.mark.parametrize("service", ["s3", "stepfunctions"])
def test_unavailable_service_is_status_503(service: str, load: Load, job: str) -> None:
    start = load("start")
    client, operation = (s3.client(), "put_object") if service == "s3" else (executions.client(), "start_execution")
    with Stubber(client) as stub:
        stub.add_client_error(operation, "ServiceUnavailable", http_status_code=503)
        status, headers, reply = post(start, {"urls": ["a"], "name": job})
    assert status == 503
    assert headers["retry-after"]
    Draft202012Validator(load_schema("request_error")).validate(reply)
    assert post(start, {"urls": ["a"], "name": job})[0] == 202


def test_log_has_no_addresses(load: Load, logged: Callable[[ModuleType], io.StringIO], job: str) -> None:
    start = load("start")
    log = logged(start)
    post(start, {"urls": ["https://example.com/?X-Amz-Signature=secret"], "name": job})
    post(start, {"urls": ["https://example.com/?X-Amz-Signature=secret", 7]})
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [line["message"] for line in lines] == ["Job accepted", "Job refused"]
    assert "secret" not in log.getvalue()
