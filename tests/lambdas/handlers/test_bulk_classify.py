"""Batches of a list in S3."""

import io
import json
import socket
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from inference.errors import ModelError
from jobs.bulk_batch import Batch
from jobs.errors import RequestError
from jobs.request import JobRequest
from jobs.saved_request import save_request
from jobs.store import JobStore
from tests.lambdas.handlers.conftest import SAMPLE, Context
from tests.support.lambdas.bundles import models_setting
from tests.support.lambdas.document import load_schema
from tests.support.lambdas.http_server import HttpServer, Reply, drip, ok, status
from tests.support.lambdas.published_metrics import parse_metrics

Load = Callable[..., ModuleType]


def make_event(job: str, *lines: Any, first: int = 0) -> dict[str, Any]:
    items = [{"index": first + position, "line": line} for position, line in enumerate(lines)]
    return {"BatchInput": {"job": job}, "Items": items}


def load_records(store: JobStore, job: str, first: int = 0) -> list[dict[str, Any]]:
    return [json.loads(line) for line in store.get(job, f"results/{first:012d}.jsonl").splitlines()]


def fail_twice(site: HttpServer, path: str) -> Reply:
    """Return a reply that is status 503 for the first two requests."""

    def reply(connection: socket.socket) -> None:
        requests = sum(f"GET {path} " in request for request in site.requests)
        connection.sendall(ok(SAMPLE) if requests > 2 else status(503))

    return reply


def test_each_line_has_one_record_in_order(load: Load, site: HttpServer, store: JobStore, job: str) -> None:
    site.routes |= {"/gone": status(404), "/away": status(503), "/twice": fail_twice(site, "/twice")}
    save_request(store, job, JobRequest(2, (), "s3://lists/all.jsonl"))
    lines = [
        site.url("/1"),
        {"url": site.url("/2"), "id": "mine", "top": 7, "colour": "red"},
        {"url": site.url("/3"), "id": "", "top": "1"},
        {"url": site.url("/gone")},
        {"url": site.url("/away")},
        {"url": site.url("/twice")},
        {"address": "x"},
    ]
    counts = load("bulk_classify").handler(make_event(job, *lines, first=300), Context(seconds=60))
    address = f"s3://lambdas-jobs/jobs/{job}/results/000000000300.jsonl"
    assert counts == {"predicted": 4, "rejected": 2, "failed": 1, "results": address}
    saved = load_records(store, job, 300)
    assert [record["id"] for record in saved] == [f"{job}/300", "mine", *(f"{job}/{300 + n}" for n in range(2, 7))]
    assert [len(record.get("labels", ())) for record in saved] == [2, 7, 1, 0, 0, 2, 0]
    assert [record["rejection"]["code"] for record in saved if "rejection" in record] == ["not_found", "bad_task"]
    assert saved[4]["error"]["code"] == "source_unavailable"
    Draft202012Validator(load_schema("error_item")).validate(saved[4])
    assert sum("GET /away " in request for request in site.requests) == 4


def test_repeated_batch_has_one_set_of_records(load: Load, site: HttpServer, store: JobStore, job: str) -> None:
    batch = load("bulk_classify")
    replies = [batch.handler(make_event(job, site.url("/1"), site.url("/1")), Context()) for _ in range(2)]
    assert replies[0] == replies[1]
    assert [record["id"] for record in load_records(store, job)] == [f"{job}/0", f"{job}/1"]


def test_hanging_server_fails_only_its_line(load: Load, site: HttpServer, store: JobStore, job: str) -> None:
    site.routes["/slow"] = drip(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"x", times=400)
    counts = load("bulk_classify").handler(
        make_event(job, site.url("/1"), site.url("/slow"), site.url("/2")), Context(seconds=6)
    )
    assert (counts["predicted"], counts["rejected"], counts["failed"]) == (2, 0, 1)
    assert load_records(store, job)[1]["error"]["code"] in ("out_of_time", "source_unavailable")


def test_without_model_nothing_is_saved(load: Load, site: HttpServer, store: JobStore, job: str) -> None:
    with pytest.raises(ModelError):
        load("bulk_classify", MODELS=models_setting("s3://nothing/here/" + "0" * 64)).handler(
            make_event(job, site.url("/1")), Context()
        )
    with pytest.raises(LookupError):
        load_records(store, job)


@pytest.mark.parametrize("items", [{"Items": []}, {"Items": ["https://example.com/"]}])
def test_batch_without_index_is_refused(items: dict[str, Any], job: str) -> None:
    with pytest.raises(RequestError):
        Batch.from_event({"BatchInput": {"job": job}, **items})


def test_large_batch_is_counted_and_log_has_no_addresses(
    load: Load,
    site: HttpServer,
    store: JobStore,
    job: str,
    logged: Callable[[ModuleType], io.StringIO],
    capsys: pytest.CaptureFixture[str],
) -> None:
    site.routes["/gone?secret"] = status(404)
    batch = load("bulk_classify")
    log = logged(batch)
    lines = [site.url("/gone?secret"), *(site.url(f"/{n}?secret") for n in range(149))]
    counts = batch.handler(make_event(job, *lines), Context(seconds=60))
    assert (counts["predicted"], counts["rejected"], counts["failed"]) == (149, 1, 0)
    assert [record["url"] for record in load_records(store, job)] == lines
    printed = capsys.readouterr().out
    assert "secret" not in log.getvalue() + printed
    metrics = parse_metrics(printed)
    assert (metrics["Predictions"], metrics["FailedItems"]) == ([149], [0])
    assert len(metrics["FetchSeconds"]) == 150
