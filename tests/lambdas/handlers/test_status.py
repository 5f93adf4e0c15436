"""GET /jobs/{id} with events of the HTTP API."""

import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from botocore.stub import Stubber
from jsonschema import Draft202012Validator

from inference.fetch import s3
from jobs import executions, status
from jobs.request import JobRequest
from jobs.saved_request import save_request
from jobs.store import RESULTS, JobStore
from tests.lambdas.handlers.conftest import Context
from tests.support.lambdas.document import load_schema
from tests.support.lambdas.state_machines import StateMachines

Load = Callable[..., ModuleType]

REQUEST = JobRequest(5, ("a", "b"))
COUNTS = {"items": 2, "predicted": 1, "rejected": 1, "failed": 0}


def get(handler: ModuleType, job: str, **query: str) -> tuple[int, Any]:
    """Return the status and the body of the reply, checked against its schema."""
    event = {"version": "2.0", "pathParameters": {"id": job}} | ({"queryStringParameters": query} if query else {})
    reply = handler.handler(event, Context())
    body = json.loads(reply["body"])
    Draft202012Validator(load_schema("job" if reply["statusCode"] == 200 else "request_error")).validate(body)
    return reply["statusCode"], body


def test_running_job(load: Load, store: JobStore, machines: StateMachines, job: str) -> None:
    save_request(store, job, REQUEST)
    handler = load("status", WORKFLOW_RUNS=machines.executions_prefix(machines.waiting))
    machines.client.start_execution(stateMachineArn=machines.waiting, name=job, input="{}")
    assert get(handler, job) == (200, {"id": job, "status": "running"})


def test_succeeded_job_has_results(load: Load, store: JobStore, machines: StateMachines, job: str) -> None:
    save_request(store, job, REQUEST)
    results = [{"id": f"{job}/{n}", "url": "é"} for n in range(2)]
    store.put(job, RESULTS, b"".join(json.dumps(result).encode() + b"\n" for result in results))
    machines.run(machines.passing, job, {"job": job, **COUNTS, "results": "s3://..."})
    handler = load("status")
    succeeded = {"id": job, "status": "succeeded", **COUNTS}
    assert get(handler, job) == (200, {**succeeded, "results": results})
    assert get(handler, job, **{"from": "1"}) == (200, {**succeeded, "results": results[1:]})
    assert get(handler, job, **{"from": "2"})[0] == 400
    assert get(handler, job, **{"from": "x"})[0] == 400


def test_results_of_several_pages_are_linked(
    load: Load, store: JobStore, machines: StateMachines, job: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(status, "MAX_PAGE_BYTES", 100)
    save_request(store, job, REQUEST)
    store.put(job, RESULTS, b"".join(json.dumps({"id": n, "text": "x" * 60}).encode() + b"\n" for n in range(3)))
    machines.run(machines.passing, job, {"job": job, **COUNTS, "results": "s3://..."})
    handler, seen, first = load("status"), [], "0"
    for is_last in (False, False, True):
        _, body = get(handler, job, **{"from": first})
        seen += [result["id"] for result in body["results"]]
        assert ("next" not in body) is is_last
        first = body.get("next", "").partition("from=")[2]
    assert seen == [0, 1, 2]


def test_list_in_s3_has_address_of_results(load: Load, store: JobStore, machines: StateMachines, job: str) -> None:
    save_request(store, job, JobRequest(5, (), "s3://lists/all.csv"))
    machines.run(machines.passing, job, {"job": job, **COUNTS, "results": "s3://..."})
    handler = load("status", WORKFLOW_RUNS=machines.executions_prefix(machines.waiting))
    folder = f"s3://lambdas-jobs/jobs/{job}/results/"
    assert get(handler, job) == (200, {"id": job, "status": "succeeded", **COUNTS, "results": folder})


@pytest.mark.parametrize(
    ("error", "cause", "reason"),
    [
        (
            "ModelError",
            json.dumps({"errorMessage": "The model is gone.", "stackTrace": ["secret"]}),
            "The job failed with ModelError: The model is gone.",
        ),
        (
            "States.ItemReaderFailed",
            "No such key.\nmore",
            "The job failed with States.ItemReaderFailed: No such key.",
        ),
        ("RequestError", "", "The job failed with RequestError: no cause is known"),
        ("RequestError", "[1]", "The job failed with RequestError: [1]"),
    ],
)
def test_failed_job_has_reason(
    error: str, cause: str, reason: str, load: Load, store: JobStore, machines: StateMachines, job: str
) -> None:
    save_request(store, job, REQUEST)
    machines.run(machines.failing, job, {"error": error, "cause": cause})
    handler = load("status", WORKFLOW_RUNS=machines.executions_prefix(machines.failing))
    assert get(handler, job) == (200, {"id": job, "status": "failed", "reason": reason})


@pytest.mark.parametrize(("execution_status", "word"), [("TIMED_OUT", "longer"), ("ABORTED", "operator")])
def test_timed_out_or_aborted_job_has_reason(
    execution_status: str, word: str, load: Load, store: JobStore, job: str
) -> None:
    save_request(store, job, REQUEST)
    handler = load("status")
    required = {"executionArn": "arn", "stateMachineArn": "arn", "startDate": 0, "status": execution_status}
    with Stubber(executions.client()) as stub:
        stub.add_response("describe_execution", required)
        body = get(handler, job)[1]
    assert body["status"] == "failed"
    assert word in body["reason"]


def test_job_never_started_fails_after_a_minute(
    load: Load, store: JobStore, job: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_request(store, job, REQUEST)
    handler = load("status")
    assert get(handler, job) == (200, {"id": job, "status": "running"})
    monkeypatch.setattr(JobStore, "age_seconds", lambda *_: 61.0)
    body = get(handler, job)[1]
    assert body["status"] == "failed"
    assert "same name" in body["reason"]


@pytest.mark.parametrize("name", ["never-posted", "a/b", "..", "é", "a" * 65, ""])
def test_unknown_job_is_status_404(name: str, load: Load) -> None:
    assert get(load("status"), name)[0] == 404


def test_expired_results_are_status_404(load: Load, store: JobStore, machines: StateMachines, job: str) -> None:
    save_request(store, job, REQUEST)
    machines.run(machines.passing, job, {"job": job, **COUNTS, "results": "s3://..."})
    code, body = get(load("status"), job)
    assert code == 404
    assert "expired" in body["message"]


@pytest.mark.parametrize("service", ["s3", "stepfunctions"])
def test_unavailable_service_is_status_503(service: str, load: Load, store: JobStore, job: str) -> None:
    save_request(store, job, REQUEST)
    handler = load("status")
    client, operation = (s3.client(), "get_object") if service == "s3" else (executions.client(), "describe_execution")
    with Stubber(client) as stub:
        stub.add_client_error(operation, "ServiceUnavailable", http_status_code=503)
        assert get(handler, job)[0] == 503
