"""The worker between two queues of the local cloud."""

import io
import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.lambdas.handlers.conftest import Context, Pipeline, failures
from tests.support.lambdas.document import load_schema
from tests.support.lambdas.http_server import HttpServer, ok, status
from tests.support.lambdas.published_metrics import parse_metrics

Load = Callable[..., ModuleType]


def test_each_message_gets_one_result_or_returns(load: Load, pipeline: Pipeline, site: HttpServer) -> None:
    site.routes |= {"/away": status(503), "/gone": status(404), "/text": ok(b"text")}
    event = pipeline.receive(
        site.url("/1"),
        f'"{site.url("/2")}"',
        json.dumps({"url": site.url("/3"), "id": "mine", "top": 2}),
        site.url("/away"),
        site.url("/gone"),
        site.url("/text"),
        "http://169.254.169.254/latest/meta-data/",
        "s3://another-teams-bucket/key",
        '{"url": 7}',
        "nonsense",
    )
    ids = [record["messageId"] for record in event["Records"]]
    reply = load("worker").handler(event, Context())
    assert failures(reply) == [ids[3]]
    results = {result["id"]: result for result in pipeline.receive_results()}
    assert len(results) == 9
    for result in results.values():
        kind = "rejection" if "rejection" in result else "prediction"
        Draft202012Validator(load_schema(kind)).validate(result)
    assert {id_: len(results[id_]["labels"]) for id_ in (ids[0], ids[1], "mine")} == {ids[0]: 5, ids[1]: 5, "mine": 2}
    codes = [results[id_]["rejection"]["code"] for id_ in ids[4:]]
    assert codes == [
        "not_found",
        "unsupported_image",
        "forbidden_address",
        "forbidden_address",
        "bad_task",
        "bad_address",
    ]
    assert results[ids[8]]["url"] is None


@pytest.mark.parametrize(
    "event", [{"Records": []}, {}, None, [], "text", {"Records": None}, {"Records": [{}, None, {"body": "x"}]}]
)
def test_event_without_messages_succeeds(event: Any, load: Load, pipeline: Pipeline) -> None:
    assert load("worker").handler(event, Context()) == {"batchItemFailures": []}
    assert pipeline.receive_results() == []


def test_record_without_body_is_rejected(load: Load, pipeline: Pipeline) -> None:
    assert load("worker").handler({"Records": [{"messageId": "m"}]}, Context()) == {"batchItemFailures": []}
    assert [(result["id"], result["rejection"]["code"]) for result in pipeline.receive_results()] == [("m", "bad_task")]


def test_messages_with_equal_ids_have_one_result(load: Load, pipeline: Pipeline, site: HttpServer) -> None:
    event = pipeline.receive(*(json.dumps({"url": site.url(f"/{n}"), "id": "same"}) for n in range(2)))
    assert load("worker").handler(event, Context()) == {"batchItemFailures": []}
    assert [result["id"] for result in pipeline.receive_results()] == ["same"]


def test_batches_are_independent(load: Load, pipeline: Pipeline, site: HttpServer) -> None:
    site.routes["/away"] = status(503)
    worker = load("worker")
    first = pipeline.receive(site.url("/away"), site.url("/0"))
    assert len(failures(worker.handler(first, Context()))) == 1
    second = pipeline.receive(site.url("/1"))
    assert worker.handler(second, Context()) == {"batchItemFailures": []}
    assert worker.handler({"Records": []}, Context()) == {"batchItemFailures": []}
    assert len(pipeline.receive_results()) == 2


def test_logs_and_metrics_have_outcomes_without_secrets(
    load: Load,
    pipeline: Pipeline,
    site: HttpServer,
    logged: Callable[[ModuleType], io.StringIO],
    capsys: pytest.CaptureFixture[str],
) -> None:
    site.routes |= {"/gone?X-Amz-Signature=secret": status(404), "/away?X-Amz-Signature=secret": status(503)}
    worker = load("worker")
    log = logged(worker)
    query = "?X-Amz-Signature=secret"
    worker.handler(
        pipeline.receive(
            site.url("/1" + query), site.url("/gone" + query), site.url("/away" + query), "nonsense?secret"
        ),
        Context(),
    )
    printed = capsys.readouterr().out
    assert "secret" not in log.getvalue() + printed
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [line["message"] for line in lines] == ["Predicted", "Rejected", "Retry scheduled", "Rejected"]
    assert {line["function_request_id"] for line in lines} == {"request"}
    metrics = parse_metrics(printed)
    assert metrics["Predictions"] == [1]
    assert metrics["Rejections"] == [2]
    assert metrics["Retries"] == [1]
    assert metrics["ReturnedToQueue"] == [0]
    assert metrics["RejectionsByCode/not_found"] == metrics["RejectionsByCode/bad_address"] == [1]
    assert len(metrics["FetchSeconds"]) == 3
    assert len(metrics["InferSeconds"]) == 1


def test_batch_larger_than_an_sqs_request_succeeds(load: Load, pipeline: Pipeline, site: HttpServer) -> None:
    records = [
        {"messageId": f"m{n}", "receiptHandle": "", "body": site.url(f"/{n}"), "attributes": {}} for n in range(34)
    ]
    assert load("worker").handler({"Records": records}, Context()) == {"batchItemFailures": []}
    assert sorted(result["id"] for result in pipeline.receive_results()) == sorted(f"m{n}" for n in range(34))
    assert len(site.requests) == 34
