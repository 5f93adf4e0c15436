"""The worker when something is away, slow or broken: what comes back, and what does not."""

import io
import json
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from botocore.stub import ANY, Stubber

from inference.errors import ModelError
from tests.lambdas.handlers.conftest import Context, Pipeline, failures
from tests.support.lambdas.bundles import Bundles, models_setting
from tests.support.lambdas.http_server import HttpServer, drip, status
from tests.support.lambdas.published_metrics import measured

Load = Callable[..., ModuleType]


def test_a_short_call_postpones_the_image_of_a_host_that_hangs(
    load: Load, pipeline: Pipeline, site: HttpServer, logged: Callable[[ModuleType], io.StringIO]
) -> None:
    """Were it handed back, each attempt would follow at once, and none would outlast the host's trouble."""
    site.routes["/hangs"] = drip(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"x", times=150)
    worker = load("worker", RETRY_SECONDS="600")
    log = logged(worker)
    event = pipeline.receive(site.url("/hangs"))
    worker.handler(event, Context(seconds=3.5))
    (line,) = map(json.loads, log.getvalue().splitlines())
    assert (line["message"], line["code"]) == ("Retry scheduled", "source_unavailable")
    assert pipeline.visible(seconds=1) == 0


def test_a_setting_that_is_no_whole_number_fails_before_anything_is_fetched(load: Load) -> None:
    with pytest.raises(ValueError, match=r"2\.5"):
        load("worker", RETRY_SECONDS="2.5")


def test_a_message_that_is_retried_waits_a_little_and_only_it(load: Load, pipeline: Pipeline, site: HttpServer) -> None:
    site.routes["/away"] = status(503)
    event = pipeline.receive(site.url("/1"), site.url("/away"))
    load("worker").handler(event, Context())
    assert pipeline.visible() == 0
    assert pipeline.visible(seconds=5) == 1


def test_without_time_all_is_handed_back_at_once_and_nothing_is_fetched(
    load: Load, pipeline: Pipeline, site: HttpServer
) -> None:
    event = pipeline.receive(*(site.url(f"/{n}") for n in range(3)))
    reply = load("worker").handler(event, Context(seconds=1.4))
    assert failures(reply) == [record["messageId"] for record in event["Records"]]
    assert site.requests == []
    assert pipeline.results() == []
    assert pipeline.visible(seconds=2) == 3


def test_an_image_too_slow_for_the_time_left_is_handed_back_and_the_others_are_sent(
    load: Load, pipeline: Pipeline, site: HttpServer
) -> None:
    site.routes["/slow"] = drip(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"x", times=150)
    worker = load("worker")
    worker.handler(pipeline.receive(site.url("/0")), Context())
    event = pipeline.receive(site.url("/1"), site.url("/slow"), site.url("/2"))
    started = time.monotonic()
    reply = worker.handler(event, Context(seconds=3))
    assert time.monotonic() - started < 2.5
    assert failures(reply) == [event["Records"][1]["messageId"]]
    assert len(pipeline.results()) == 3


@pytest.mark.parametrize("sender_fault", [True, False])
def test_a_result_that_the_queue_did_not_take_keeps_its_message(
    sender_fault: bool, load: Load, pipeline: Pipeline, site: HttpServer
) -> None:
    event = pipeline.receive(site.url("/0"), site.url("/1"))
    worker = load("worker")
    with Stubber(worker.sqs) as sqs:
        sqs.add_response(
            "send_message_batch",
            {
                "Successful": [{"Id": "0", "MessageId": "x", "MD5OfMessageBody": "y"}],
                "Failed": [{"Id": "1", "SenderFault": sender_fault, "Code": "InternalError"}],
            },
        )
        answered_and_failed = {"QueueUrl": pipeline.images, "Entries": [ANY]}
        sqs.add_response("delete_message_batch", {"Successful": [], "Failed": []}, answered_and_failed)
        sqs.add_response("change_message_visibility_batch", {"Successful": [], "Failed": []}, answered_and_failed)
        reply = worker.handler(event, Context())
        sqs.assert_no_pending_responses()
    assert len(failures(reply)) == 1
    assert {answer.result.id for answer in worker.batch.answers}.isdisjoint(failures(reply))


def test_a_message_that_cannot_be_deleted_early_is_left_to_lambda(
    load: Load, pipeline: Pipeline, site: HttpServer, logged: Callable[[ModuleType], io.StringIO]
) -> None:
    site.routes["/away"] = status(503)
    event = pipeline.receive(site.url("/0"), site.url("/away"))
    worker = load("worker", IMAGES=pipeline.images.replace("lambdas-", "nothing-"))
    log = logged(worker)
    assert failures(worker.handler(event, Context())) == [event["Records"][1]["messageId"]]
    assert len(pipeline.results()) == 1
    warnings = [line["message"] for line in map(json.loads, log.getvalue().splitlines()) if line["level"] == "WARNING"]
    assert warnings[0] == "Answered messages are left for Lambda to delete"


def test_nobody_pays_for_an_early_delete_when_the_call_ends_anyway(
    load: Load, pipeline: Pipeline, site: HttpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = load("worker")
    monkeypatch.setattr(worker, "forget", lambda *_: pytest.fail("it was called"))
    assert worker.handler(pipeline.receive(site.url("/0"), "nonsense"), Context()) == {"batchItemFailures": []}


def test_a_results_queue_out_of_reach_keeps_every_message(load: Load, pipeline: Pipeline, site: HttpServer) -> None:
    event = pipeline.receive(site.url("/0"), "nonsense")
    reply = load("worker", PREDICTIONS=pipeline.predictions.replace("lambdas-", "nothing-")).handler(event, Context())
    assert failures(reply) == [record["messageId"] for record in event["Records"]]


def test_a_bug_met_by_one_image_fails_that_image_alone(
    load: Load,
    pipeline: Pipeline,
    site: HttpServer,
    logged: Callable[[ModuleType], io.StringIO],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    worker = load("worker")
    log = logged(worker)
    classify_task = worker.classify_task

    def buggy(task: Any, *rest: Any) -> Any:
        return 1 / 0 if task.url.endswith("/1") else classify_task(task, *rest)

    monkeypatch.setattr(worker, "classify_task", buggy)
    event = pipeline.receive(*(site.url(f"/{n}") for n in range(3)))
    assert failures(worker.handler(event, Context())) == [event["Records"][1]["messageId"]]
    assert len(pipeline.results()) == 2
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [line["level"] for line in lines if "ZeroDivisionError" in line.get("exception", "")] == ["ERROR"]


def test_the_only_model_that_is_not_right_rejects_nothing_and_recovers_by_itself(
    load: Load, pipeline: Pipeline, site: HttpServer, bundles: Bundles, capsys: pytest.CaptureFixture[str]
) -> None:
    address = bundles.put()
    bundles.corrupt(address)
    worker = load("worker", MODELS=models_setting(address))
    event = pipeline.receive(site.url("/0"), "nonsense")
    for _ in range(2):
        with pytest.raises(ModelError, match="pinned"):
            worker.handler(event, Context())
        assert measured(capsys.readouterr().out)["ModelErrors"] == [1]
    assert pipeline.results() == []
    bundles.repair(address)
    assert worker.handler(event, Context()) == {"batchItemFailures": []}
    assert len(pipeline.results()) == 2


def test_what_cannot_be_postponed_fails_all_the_same(load: Load, site: HttpServer) -> None:
    site.routes["/away"] = status(503)
    record = {"messageId": "m", "receiptHandle": "not a handle", "body": site.url("/away"), "attributes": {}}
    assert failures(load("worker").handler({"Records": [record]}, Context())) == ["m"]
