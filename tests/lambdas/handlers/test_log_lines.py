"""One short log line per image, for every outcome, without secrets."""

import io
import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from build import bundle
from inference.errors import ModelError, SourceUnavailableError
from jobs.errors import StoreUnavailableError
from jobs.request import JobRequest
from jobs.saved_request import save_request
from jobs.store import JobStore
from tests.lambdas.handlers.conftest import Context, Pipeline
from tests.support.lambdas.bundles import BUNDLE, Bundles, models_setting
from tests.support.lambdas.http_server import HttpServer, status
from tests.support.lambdas.published_metrics import parse_metrics

Load = Callable[..., ModuleType]
Logged = Callable[[ModuleType], io.StringIO]
ROOT, PARENT = "1-5759e988-bd862e3fe1be46a994272793", "53995c3f42cd8ad8"
CALL = "1-00000000-000000000000000000000000"


def image_lines(log: io.StringIO) -> dict[str, dict[str, Any]]:
    """Return the lines about images by their ids."""
    return {line["id"]: line for line in map(json.loads, log.getvalue().splitlines()) if "id" in line}


def test_each_image_of_a_batch_has_one_line(load: Load, pipeline: Pipeline, site: HttpServer, logged: Logged) -> None:
    site.routes |= {"/away": status(503)}
    worker = load("worker")
    log = logged(worker)
    bodies = [
        {"id": "good", "url": site.url("/1?secret")},
        {"id": "bad", "url": "http://169.254.169.254/?secret"},
        {"id": "unknown", "url": site.url("/1"), "model": "birds"},
        {"id": "away", "url": site.url("/away?secret")},
    ]
    site.routes |= {"/away?secret": status(503)}
    event = pipeline.receive(*map(json.dumps, bodies), "nonsense?secret")
    worker.handler(event, Context())
    messages = [record["messageId"] for record in event["Records"]]
    lines = image_lines(log)
    assert "secret" not in log.getvalue()
    assert [lines[id_]["message_id"] for id_ in ("good", "bad", "unknown", "away")] == messages[:4]
    assert {line["receives"] for line in lines.values()} == {1}
    outcomes = {id_: (line["message"], line.get("model"), line.get("code")) for id_, line in lines.items()}
    assert outcomes == {
        "good": ("Predicted", f"digits@{bundle.digest(BUNDLE)[:12]}", None),
        "bad": ("Rejected", "digits", "forbidden_address"),
        "unknown": ("Rejected", "birds", "unknown_model"),
        "away": ("Retry scheduled", "digits", "source_unavailable"),
        messages[4]: ("Rejected", "digits", "bad_address"),
    }
    assert lines["away"]["reason"].startswith("SourceUnavailableError: ")
    assert lines["good"]["seconds"] > 0


def test_line_is_short(load: Load, pipeline: Pipeline, site: HttpServer, logged: Logged) -> None:
    worker = load("worker")
    log = logged(worker)
    worker.handler(pipeline.receive(site.url("/1")), Context())
    (line,) = log.getvalue().splitlines()
    assert len(line) < 330
    assert not {"location", "function_arn", "function_memory_size", "cold_start"} & json.loads(line).keys()


def test_model_error_is_logged_for_each_image(
    load: Load,
    pipeline: Pipeline,
    site: HttpServer,
    bundles: Bundles,
    logged: Logged,
) -> None:
    address = bundles.put()
    bundles.corrupt(address)
    worker = load("worker", MODELS=models_setting(address))
    log = logged(worker)
    with pytest.raises(ModelError):
        worker.handler(pipeline.receive(json.dumps({"id": "waits", "url": site.url("/1")})), Context())
    line = image_lines(log)["waits"]
    assert (line["level"], line["message"], line["code"]) == ("ERROR", "Retry scheduled", "model_error")


def test_item_without_readable_task_is_logged_with_its_id(
    load: Load, job: str, logged: Logged, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any) -> Any:
        raise StoreUnavailableError("away")

    classify = load("classify")
    log = logged(classify)
    monkeypatch.setattr(JobStore, "get", away)
    with pytest.raises(StoreUnavailableError):
        classify.handler({"job": job, "index": 3, "byte_range": [0, 1]}, Context())
    assert image_lines(log)[f"{job}/3"]["code"] == "store_unavailable"


def test_image_without_time_returns_to_queue(
    load: Load, pipeline: Pipeline, site: HttpServer, logged: Logged, capsys: pytest.CaptureFixture[str]
) -> None:
    worker = load("worker")
    log = logged(worker)
    worker.handler(pipeline.receive(json.dumps({"id": "late", "url": site.url("/1")})), Context(seconds=0.5))
    line = image_lines(log)["late"]
    assert (line["message"], line["code"]) == ("Returned to queue", "out_of_time")
    assert parse_metrics(capsys.readouterr().out)["ReturnedToQueue"] == [1]


def test_item_to_retry_is_logged_with_its_id(
    load: Load, site: HttpServer, store: JobStore, job: str, logged: Logged
) -> None:
    site.routes["/away"] = status(503)
    save_request(store, job, JobRequest(5, (site.url("/1"), site.url("/away"))))
    items = load("split").handler({"job": job}, Context())["items"]
    classify = load("classify")
    log = logged(classify)
    classify.handler({"job": job, "index": 0, "byte_range": items[0]}, Context())
    with pytest.raises(SourceUnavailableError):
        classify.handler({"job": job, "index": 1, "byte_range": items[1]}, Context())
    messages = {id_: line["message"] for id_, line in image_lines(log).items()}
    assert messages == {f"{job}/0": "Predicted", f"{job}/1": "Retry scheduled"}


def test_line_that_failed_is_logged_as_failed(load: Load, site: HttpServer, job: str, logged: Logged) -> None:
    site.routes["/away"] = status(503)
    batch = load("bulk_classify")
    log = logged(batch)
    items = [{"index": n, "line": site.url(path)} for n, path in enumerate(("/1", "/away"))]
    batch.handler({"BatchInput": {"job": job}, "Items": items}, Context())
    lines = image_lines(log)
    assert {id_: line["message"] for id_, line in lines.items()} == {f"{job}/0": "Predicted", f"{job}/1": "Failed"}
    assert lines[f"{job}/1"]["code"] == "source_unavailable"
