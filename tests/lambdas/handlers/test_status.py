"""GET /jobs/{id}, as the HTTP API calls it."""

import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from botocore.stub import Stubber
from jsonschema import Draft202012Validator

from inference.fetch import s3
from jobs import executions, page
from jobs.request import Request
from jobs.saved_request import keep
from jobs.store import RESULTS, Store
from tests.lambdas.handlers.conftest import Context
from tests.support.lambdas.document import schemas
from tests.support.lambdas.state_machines import Machines

Load = Callable[..., ModuleType]

REQUESTED = Request(5, ("a", "b"))
COUNTS = {"items": 2, "predicted": 1, "rejected": 1, "failed": 0}


def get(follow: ModuleType, job: str, **query: str) -> tuple[int, Any]:
    """Status and body of the answer, which is as docs/jobs.md has it."""
    event = {"version": "2.0", "pathParameters": {"id": job}} | ({"queryStringParameters": query} if query else {})
    reply = follow.handler(event, Context())
    told = json.loads(reply["body"])
    Draft202012Validator(schemas("jobs")["job" if reply["statusCode"] == 200 else "refusal"]).validate(told)
    return reply["statusCode"], told


def test_a_job_that_runs(load: Load, store: Store, machines: Machines, job: str) -> None:
    keep(store, job, REQUESTED)
    follow = load("status", WORKFLOW_RUNS=machines.runs(machines.waits))
    machines.states.start_execution(stateMachineArn=machines.waits, name=job, input="{}")
    assert get(follow, job) == (200, {"id": job, "status": "running"})


def test_a_job_that_has_succeeded(load: Load, store: Store, machines: Machines, job: str) -> None:
    keep(store, job, REQUESTED)
    results = [{"id": f"{job}/{n}", "url": "é"} for n in range(2)]
    store.put(job, RESULTS, b"".join(json.dumps(result).encode() + b"\n" for result in results))
    machines.run(machines.tells, job, {"job": job, **COUNTS, "results": "s3://..."})
    follow = load("status")
    told = {"id": job, "status": "succeeded", **COUNTS}
    assert get(follow, job) == (200, {**told, "results": results})
    assert get(follow, job, **{"from": "1"}) == (200, {**told, "results": results[1:]})
    assert get(follow, job, **{"from": "2"})[0] == 400
    assert get(follow, job, **{"from": "x"})[0] == 400


def test_more_than_an_answer_holds_is_followed_by_the_next(
    load: Load, store: Store, machines: Machines, job: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "MAX_BYTES", 100)
    keep(store, job, REQUESTED)
    store.put(job, RESULTS, b"".join(json.dumps({"id": n, "text": "x" * 60}).encode() + b"\n" for n in range(3)))
    machines.run(machines.tells, job, {"job": job, **COUNTS, "results": "s3://..."})
    follow, seen, first = load("status"), [], "0"
    for last in (False, False, True):
        _, told = get(follow, job, **{"from": first})
        seen += [result["id"] for result in told["results"]]
        assert ("next" not in told) is last
        first = told.get("next", "").partition("from=")[2]
    assert seen == [0, 1, 2]


def test_a_list_in_s3_tells_where_its_results_lie(load: Load, store: Store, machines: Machines, job: str) -> None:
    keep(store, job, Request(5, (), "s3://lists/all.csv"))
    machines.run(machines.tells, job, {"job": job, **COUNTS, "results": "s3://..."})
    follow = load("status", WORKFLOW_RUNS=machines.runs(machines.waits))
    folder = f"s3://lambdas-jobs/jobs/{job}/results/"
    assert get(follow, job) == (200, {"id": job, "status": "succeeded", **COUNTS, "results": folder})


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
        ("Refusal", "", "The job failed with Refusal: no cause is known"),
        ("Refusal", "[1]", "The job failed with Refusal: [1]"),
    ],
)
def test_a_job_that_has_failed(
    error: str, cause: str, reason: str, load: Load, store: Store, machines: Machines, job: str
) -> None:
    keep(store, job, REQUESTED)
    machines.run(machines.fails, job, {"error": error, "cause": cause})
    follow = load("status", WORKFLOW_RUNS=machines.runs(machines.fails))
    assert get(follow, job) == (200, {"id": job, "status": "failed", "reason": reason})


@pytest.mark.parametrize(("status", "word"), [("TIMED_OUT", "longer"), ("ABORTED", "operator")])
def test_a_job_that_was_ended(status: str, word: str, load: Load, store: Store, job: str) -> None:
    keep(store, job, REQUESTED)
    follow = load("status")
    required = {"executionArn": "arn", "stateMachineArn": "arn", "startDate": 0, "status": status}
    with Stubber(executions.client()) as stub:
        stub.add_response("describe_execution", required)
        told = get(follow, job)[1]
    assert told["status"] == "failed"
    assert word in told["reason"]


def test_a_job_that_was_never_started(load: Load, store: Store, job: str, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(store, job, REQUESTED)
    follow = load("status")
    assert get(follow, job) == (200, {"id": job, "status": "running"})
    monkeypatch.setattr(Store, "age", lambda *_: 61.0)
    told = get(follow, job)[1]
    assert told["status"] == "failed"
    assert "same name" in told["reason"]


@pytest.mark.parametrize("name", ["never-posted", "a/b", "..", "é", "a" * 65, ""])
def test_a_job_that_is_none(name: str, load: Load) -> None:
    assert get(load("status"), name)[0] == 404


def test_results_that_have_expired(load: Load, store: Store, machines: Machines, job: str) -> None:
    keep(store, job, REQUESTED)
    machines.run(machines.tells, job, {"job": job, **COUNTS, "results": "s3://..."})
    status, told = get(load("status"), job)
    assert status == 404
    assert "expired" in told["message"]


@pytest.mark.parametrize("service", ["s3", "stepfunctions"])
def test_what_is_away_is_put_off(service: str, load: Load, store: Store, job: str) -> None:
    keep(store, job, REQUESTED)
    follow = load("status")
    client, operation = (s3.client(), "get_object") if service == "s3" else (executions.client(), "describe_execution")
    with Stubber(client) as stub:
        stub.add_client_error(operation, "ServiceUnavailable", http_status_code=503)
        assert get(follow, job)[0] == 503
