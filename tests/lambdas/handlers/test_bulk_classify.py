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
from jobs.refusal import Refusal
from jobs.request import Request
from jobs.saved_request import keep
from jobs.store import Store
from tests.lambdas.handlers.conftest import SAMPLE, Context
from tests.support.lambdas.bundles import models_setting
from tests.support.lambdas.document import schemas
from tests.support.lambdas.http_server import HttpServer, Reply, drip, ok, status
from tests.support.lambdas.published_metrics import measured

Load = Callable[..., ModuleType]


def event(job: str, *lines: Any, first: int = 0) -> dict[str, Any]:
    items = [{"index": first + position, "line": line} for position, line in enumerate(lines)]
    return {"BatchInput": {"job": job}, "Items": items}


def records(store: Store, job: str, first: int = 0) -> list[dict[str, Any]]:
    return [json.loads(line) for line in store.get(job, f"results/{first:012d}.jsonl").splitlines()]


def at_the_third_request(site: HttpServer, path: str) -> Reply:
    """Answers 503 twice."""

    def reply(connection: socket.socket) -> None:
        asked = sum(f"GET {path} " in request for request in site.requests)
        connection.sendall(ok(SAMPLE) if asked > 2 else status(503))

    return reply


def test_every_line_gets_its_one_record_in_order(load: Load, site: HttpServer, store: Store, job: str) -> None:
    site.routes |= {"/gone": status(404), "/away": status(503), "/twice": at_the_third_request(site, "/twice")}
    keep(store, job, Request(2, (), "s3://lists/all.jsonl"))
    lines = [
        site.url("/1"),
        {"url": site.url("/2"), "id": "mine", "top": 7, "colour": "red"},
        {"url": site.url("/3"), "id": "", "top": "1"},
        {"url": site.url("/gone")},
        {"url": site.url("/away")},
        {"url": site.url("/twice")},
        {"address": "x"},
    ]
    told = load("bulk_classify").handler(event(job, *lines, first=300), Context(seconds=60))
    address = f"s3://lambdas-jobs/jobs/{job}/results/000000000300.jsonl"
    assert told == {"predicted": 4, "rejected": 2, "failed": 1, "results": address}
    found = records(store, job, 300)
    assert [record["id"] for record in found] == [f"{job}/300", "mine", *(f"{job}/{300 + n}" for n in range(2, 7))]
    assert [len(record.get("labels", ())) for record in found] == [2, 7, 1, 0, 0, 2, 0]
    assert [record["rejection"]["code"] for record in found if "rejection" in record] == ["not_found", "bad_task"]
    assert found[4]["error"]["code"] == "SourceUnavailableError"
    Draft202012Validator(schemas("jobs")["error_item"]).validate(found[4])
    assert sum("GET /away " in request for request in site.requests) == 4


def test_a_batch_that_is_called_again_leaves_one_set_of_results(
    load: Load, site: HttpServer, store: Store, job: str
) -> None:
    batch = load("bulk_classify")
    told = [batch.handler(event(job, site.url("/1"), site.url("/1")), Context()) for _ in range(2)]
    assert told[0] == told[1]
    assert [record["id"] for record in records(store, job)] == [f"{job}/0", f"{job}/1"]


def test_one_that_never_answers_harms_no_other(load: Load, site: HttpServer, store: Store, job: str) -> None:
    site.routes["/slow"] = drip(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"x", times=400)
    told = load("bulk_classify").handler(
        event(job, site.url("/1"), site.url("/slow"), site.url("/2")), Context(seconds=6)
    )
    assert (told["predicted"], told["rejected"], told["failed"]) == (2, 0, 1)
    assert records(store, job)[1]["error"]["code"] in ("OutOfTimeError", "SourceUnavailableError")


def test_without_a_model_nothing_is_written(load: Load, site: HttpServer, store: Store, job: str) -> None:
    with pytest.raises(ModelError):
        load("bulk_classify", MODELS=models_setting("s3://nothing/here/" + "0" * 64)).handler(
            event(job, site.url("/1")), Context()
        )
    with pytest.raises(LookupError):
        records(store, job)


@pytest.mark.parametrize("given", [{"Items": []}, {"Items": ["https://example.com/"]}])
def test_a_batch_that_cannot_be_told_from_others_is_refused(given: dict[str, Any], job: str) -> None:
    with pytest.raises(Refusal):
        Batch.read({"BatchInput": {"job": job}, **given})


def test_a_large_batch_is_counted_and_its_addresses_stay_out_of_the_log(
    load: Load,
    site: HttpServer,
    store: Store,
    job: str,
    logged: Callable[[ModuleType], io.StringIO],
    capsys: pytest.CaptureFixture[str],
) -> None:
    site.routes["/gone?secret"] = status(404)
    batch = load("bulk_classify")
    log = logged(batch)
    lines = [site.url("/gone?secret"), *(site.url(f"/{n}?secret") for n in range(149))]
    told = batch.handler(event(job, *lines), Context(seconds=60))
    assert (told["predicted"], told["rejected"], told["failed"]) == (149, 1, 0)
    assert [record["url"] for record in records(store, job)] == lines
    printed = capsys.readouterr().out
    assert "secret" not in log.getvalue() + printed
    metrics = measured(printed)
    assert (metrics["Predictions"], metrics["FailedItems"]) == ([149], [0])
    assert len(metrics["FetchSeconds"]) == 150
