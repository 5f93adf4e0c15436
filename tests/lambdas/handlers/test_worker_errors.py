"""The worker when a service is unavailable, slow or broken: which messages return to the queue."""

import io
import json
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from botocore.stub import ANY, Stubber

from inference.classify import classify_task
from inference.errors import ModelError
from tests.lambdas.handlers.conftest import Context, Pipeline, failures
from tests.support.lambdas.bundles import Bundles, models_setting
from tests.support.lambdas.http_server import HttpServer, drip, status
from tests.support.lambdas.published_metrics import parse_metrics

Load = Callable[..., ModuleType]


def test_hanging_host_delays_retry_in_a_short_call(
    load: Load, pipeline: Pipeline, site: HttpServer, logged: Callable[[ModuleType], io.StringIO]
) -> None:
    """If it returned to the queue, all attempts would follow at once, before the host could recover."""
    site.routes["/hangs"] = drip(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"x", times=150)
    worker = load("worker", RETRY_SECONDS="600")
    log = logged(worker)
    event = pipeline.receive(site.url("/hangs"))
    worker.handler(event, Context(seconds=3.5))
    (line,) = map(json.loads, log.getvalue().splitlines())
    assert (line["message"], line["code"]) == ("Retry scheduled", "source_unavailable")
    assert pipeline.count_visible(seconds=1) == 0


def test_invalid_retry_seconds_fails_at_start(load: Load) -> None:
    with pytest.raises(ValueError, match=r"2\.5"):
        load("worker", RETRY_SECONDS="2.5")


def test_only_failed_message_is_delayed(load: Load, pipeline: Pipeline, site: HttpServer) -> None:
    site.routes["/away"] = status(503)
    event = pipeline.receive(site.url("/1"), site.url("/away"))
    load("worker").handler(event, Context())
    assert pipeline.count_visible() == 0
    assert pipeline.count_visible(seconds=5) == 1


def test_without_time_messages_return_and_nothing_is_fetched(load: Load, pipeline: Pipeline, site: HttpServer) -> None:
    event = pipeline.receive(*(site.url(f"/{n}") for n in range(3)))
    reply = load("worker").handler(event, Context(seconds=1.4))
    assert failures(reply) == [record["messageId"] for record in event["Records"]]
    assert site.requests == []
    assert pipeline.receive_results() == []
    assert pipeline.count_visible(seconds=2) == 3


def test_slow_image_does_not_delay_other_results(load: Load, pipeline: Pipeline, site: HttpServer) -> None:
    site.routes["/slow"] = drip(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"x", times=150)
    worker = load("worker")
    worker.handler(pipeline.receive(site.url("/0")), Context())
    event = pipeline.receive(site.url("/1"), site.url("/slow"), site.url("/2"))
    started = time.monotonic()
    reply = worker.handler(event, Context(seconds=3))
    assert time.monotonic() - started < 2.5
    assert failures(reply) == [event["Records"][1]["messageId"]]
    assert len(pipeline.receive_results()) == 3


@pytest.mark.parametrize("sender_fault", [True, False])
def test_result_not_accepted_keeps_its_message(
    sender_fault: bool,
    load: Load,
    pipeline: Pipeline,
    site: HttpServer,
    logged: Callable[[ModuleType], io.StringIO],
) -> None:
    event = pipeline.receive(site.url("/0"), site.url("/1"))
    worker = load("worker")
    log = logged(worker)
    with Stubber(worker.sqs) as sqs:
        sqs.add_response(
            "send_message_batch",
            {
                "Successful": [{"Id": "0", "MessageId": "x", "MD5OfMessageBody": "y"}],
                "Failed": [{"Id": "1", "SenderFault": sender_fault, "Code": "InternalError"}],
            },
        )
        one_entry = {"QueueUrl": pipeline.images, "Entries": [ANY]}
        sqs.add_response("delete_message_batch", {"Successful": [], "Failed": []}, one_entry)
        sqs.add_response("change_message_visibility_batch", {"Successful": [], "Failed": []}, one_entry)
        reply = worker.handler(event, Context())
        sqs.assert_no_pending_responses()
    assert len(failures(reply)) == 1
    outcomes = {line["message_id"]: line["message"] for line in map(json.loads, log.getvalue().splitlines())}
    assert sorted(outcomes.values()) == ["Predicted", "Retry scheduled"]
    assert outcomes[failures(reply)[0]] == "Retry scheduled"


def test_failed_early_delete_is_left_to_lambda(
    load: Load, pipeline: Pipeline, site: HttpServer, logged: Callable[[ModuleType], io.StringIO]
) -> None:
    site.routes["/away"] = status(503)
    event = pipeline.receive(site.url("/0"), site.url("/away"))
    worker = load("worker", IMAGES=pipeline.images.replace("lambdas-", "nothing-"))
    log = logged(worker)
    assert failures(worker.handler(event, Context())) == [event["Records"][1]["messageId"]]
    assert len(pipeline.receive_results()) == 1
    warnings = [line["message"] for line in map(json.loads, log.getvalue().splitlines()) if line["level"] == "WARNING"]
    assert warnings[0] == "Messages could not be deleted; Lambda deletes them"


def test_batch_without_failures_has_no_early_delete(
    load: Load, pipeline: Pipeline, site: HttpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = load("worker")
    monkeypatch.setattr(worker.images, "delete_messages", lambda *_: pytest.fail("delete_messages was called"))
    assert worker.handler(pipeline.receive(site.url("/0"), "nonsense"), Context()) == {"batchItemFailures": []}


def test_unreachable_results_queue_keeps_every_message(load: Load, pipeline: Pipeline, site: HttpServer) -> None:
    event = pipeline.receive(site.url("/0"), "nonsense")
    reply = load("worker", PREDICTIONS=pipeline.predictions.replace("lambdas-", "nothing-")).handler(event, Context())
    assert failures(reply) == [record["messageId"] for record in event["Records"]]


def test_unexpected_exception_fails_only_its_image(
    load: Load,
    pipeline: Pipeline,
    site: HttpServer,
    logged: Callable[[ModuleType], io.StringIO],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    worker = load("worker")
    log = logged(worker)

    def raise_for_one(task: Any, *rest: Any) -> Any:
        return 1 / 0 if task.url.endswith("/1") else classify_task(task, *rest)

    monkeypatch.setattr("pipeline.runtime.classify_task", raise_for_one)
    event = pipeline.receive(*(site.url(f"/{n}") for n in range(3)))
    assert failures(worker.handler(event, Context())) == [event["Records"][1]["messageId"]]
    assert len(pipeline.receive_results()) == 2
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [line["level"] for line in lines if "ZeroDivisionError" in line.get("exception", "")] == ["ERROR"]


def test_corrupt_only_model_rejects_nothing_and_recovers(
    load: Load, pipeline: Pipeline, site: HttpServer, bundles: Bundles, capsys: pytest.CaptureFixture[str]
) -> None:
    address = bundles.put()
    bundles.corrupt(address)
    worker = load("worker", MODELS=models_setting(address))
    event = pipeline.receive(site.url("/0"), "nonsense")
    for _ in range(2):
        with pytest.raises(ModelError, match="pinned"):
            worker.handler(event, Context())
        assert parse_metrics(capsys.readouterr().out)["ModelErrors"] == [1]
    assert pipeline.receive_results() == []
    bundles.repair(address)
    assert worker.handler(event, Context()) == {"batchItemFailures": []}
    assert len(pipeline.receive_results()) == 2


def test_message_with_invalid_receipt_still_fails(load: Load, site: HttpServer) -> None:
    site.routes["/away"] = status(503)
    record = {"messageId": "m", "receiptHandle": "not a handle", "body": site.url("/away"), "attributes": {}}
    assert failures(load("worker").handler({"Records": [record]}, Context())) == ["m"]
