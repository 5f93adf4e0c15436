"""POST /jobs, as the HTTP API calls it."""

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
from tests.support.lambdas.document import examples, schemas
from tests.support.lambdas.state_machines import Machines

Load = Callable[..., ModuleType]


def post(start: ModuleType, body: Any) -> tuple[int, dict[str, str], Any]:
    """Status, headers and body of the answer to a body."""
    event = {"version": "2.0", "routeKey": "POST /jobs", "body": json.dumps(body), "isBase64Encoded": False}
    reply = start.handler(event, Context())
    return reply["statusCode"], reply["headers"], json.loads(reply["body"])


def test_a_list_is_accepted_and_started_once(load: Load, machines: Machines, job: str) -> None:
    start = load("start")
    for _ in range(2):
        status, headers, told = post(start, {**examples("jobs")["request"], "name": job})
        assert status == 202
        assert told == {"id": job, "status": "running", "href": f"/jobs/{job}"}
        assert headers["location"] == told["href"]
        Draft202012Validator(schemas("jobs")["accepted"]).validate(told)
    assert machines.executions(machines.waits, job) == [{"job": job}]


def test_a_bare_list_gets_a_name(load: Load, machines: Machines) -> None:
    status, _, told = post(load("start"), ["https://example.com/cat.jpg"])
    assert status == 202
    Draft202012Validator(schemas("jobs")["accepted"]).validate(told)
    assert machines.executions(machines.waits, told["id"]) == [{"job": told["id"]}]


def test_another_request_under_the_name_is_refused(load: Load, job: str) -> None:
    start = load("start")
    assert post(start, {"urls": ["a"], "name": job})[0] == 202
    status, _, told = post(start, {"urls": ["b"], "name": job})
    assert (status, list(told)) == (409, ["message"])
    assert job in told["message"]


def test_a_list_in_s3_is_accepted_from_an_allowed_bucket_alone(load: Load, machines: Machines, job: str) -> None:
    start = load("start")
    assert post(start, {"source": "s3://lambdas-other/all.csv", "name": job})[0] == 400
    assert post(start, {"source": "s3://lambdas-lists/all.csv", "name": job})[0] == 202
    assert machines.executions(machines.waits, job) == [{"job": job, "bucket": "lambdas-lists", "key": "all.csv"}]


def test_a_refusal_names_the_entry_and_starts_nothing(load: Load, machines: Machines, job: str) -> None:
    status, _, told = post(load("start"), {"urls": ["a", 7], "name": job})
    assert status == 400
    assert "urls[1]" in told["message"]
    Draft202012Validator(schemas("jobs")["refusal"]).validate(told)
    assert machines.executions(machines.waits, job) == []


@pytest.mark.parametrize("service", ["s3", "stepfunctions"])
def test_what_is_away_is_put_off(service: str, load: Load, job: str) -> None:
    start = load("start")
    client, operation = (s3.client(), "put_object") if service == "s3" else (executions.client(), "start_execution")
    with Stubber(client) as stub:
        stub.add_client_error(operation, "ServiceUnavailable", http_status_code=503)
        status, headers, told = post(start, {"urls": ["a"], "name": job})
    assert status == 503
    assert headers["retry-after"]
    Draft202012Validator(schemas("jobs")["refusal"]).validate(told)
    assert post(start, {"urls": ["a"], "name": job})[0] == 202


def test_the_log_holds_no_address(load: Load, logged: Callable[[ModuleType], io.StringIO], job: str) -> None:
    start = load("start")
    log = logged(start)
    post(start, {"urls": ["https://example.com/?X-Amz-Signature=secret"], "name": job})
    post(start, {"urls": ["https://example.com/?X-Amz-Signature=secret", 7]})
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [line["message"] for line in lines] == ["Accepted", "Refused"]
    assert "secret" not in log.getvalue()
