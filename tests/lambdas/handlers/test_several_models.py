"""Several models in one function: each task uses the model that it names, and one broken model affects no other."""

import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from inference.errors import ModelError
from jobs.request import JobRequest
from jobs.saved_request import save_request
from jobs.store import JobStore
from tests.lambdas.handlers.conftest import Context, Pipeline, failures
from tests.support.lambdas.bundles import Bundles, models_setting
from tests.support.lambdas.document import load_schema
from tests.support.lambdas.http_server import HttpServer
from tests.support.lambdas.published_metrics import parse_metrics

Load = Callable[..., ModuleType]


@pytest.fixture
def pets(bundles: Bundles) -> str:
    return bundles.put(name="pets", labels="abcdefghij")


@pytest.fixture
def broken(bundles: Bundles) -> str:
    address = bundles.put(name="broken")
    bundles.corrupt(address)
    return address


def load_records(store: JobStore, job: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in store.get(job, f"results/{0:012d}.jsonl").splitlines()]


def test_worker_uses_the_model_of_each_task(
    load: Load, pipeline: Pipeline, site: HttpServer, model_address: str, pets: str, capsys: pytest.CaptureFixture[str]
) -> None:
    worker = load("worker", MODELS=models_setting(model_address, pets=pets))
    named = {"none": None, "digits": "digits", "pets": "pets", "plants": "plants"}
    bodies = [
        json.dumps({"url": site.url(f"/{id_}"), "id": id_} | ({"model": name} if name else {}))
        for id_, name in named.items()
    ]
    assert worker.handler(pipeline.receive(*bodies), Context()) == {"batchItemFailures": []}
    results = {result["id"]: result for result in pipeline.receive_results()}
    assert {id_: results[id_]["model"]["name"] for id_ in ("none", "digits", "pets")} == {
        "none": "digits",
        "digits": "digits",
        "pets": "pets",
    }
    assert results["pets"]["model"]["sha256"] == pets.rpartition("/")[2]
    assert results["plants"]["rejection"]["code"] == "unknown_model"
    Draft202012Validator(load_schema("rejection")).validate(results["plants"])
    metrics = parse_metrics(capsys.readouterr().out)
    assert (metrics["PredictionsByModel/digits"], metrics["PredictionsByModel/pets"]) == ([2], [1])
    assert metrics["RejectionsByCode/unknown_model"] == [1]
    assert not any("/plants" in request for request in site.requests)


def test_single_model_has_no_metrics_by_model(
    load: Load, pipeline: Pipeline, site: HttpServer, capsys: pytest.CaptureFixture[str]
) -> None:
    load("worker").handler(pipeline.receive(site.url("/1")), Context())
    assert not [name for name in parse_metrics(capsys.readouterr().out) if "digits" in name]


@pytest.mark.parametrize("default", ["digits", "broken"])
def test_only_images_of_a_broken_model_return(
    default: str,
    load: Load,
    pipeline: Pipeline,
    site: HttpServer,
    model_address: str,
    broken: str,
    bundles: Bundles,
    capsys: pytest.CaptureFixture[str],
) -> None:
    entries: dict[str, Any] = {"digits": {"address": model_address}, "broken": {"address": broken}}
    entries[default]["default"] = True
    worker = load("worker", MODELS=json.dumps(entries))
    capsys.readouterr()
    tasks = [{"url": site.url(f"/{n}"), "model": "broken" if n % 2 else "digits"} for n in range(12)]
    if default == "broken":
        del tasks[1]["model"]
    event = pipeline.receive(*map(json.dumps, tasks[:10]))
    ids = [record["messageId"] for record in event["Records"]]
    for times in (1, 2):
        assert failures(worker.handler(event, Context())) == ids[1::2]
        assert {result["id"] for result in pipeline.receive_results()} == (set(ids[::2]) if times == 1 else set())
        metrics = parse_metrics(capsys.readouterr().out)
        assert (metrics["ModelErrors"], metrics["Retries"], metrics["Predictions"]) == ([5], [0], [5])
    assert pipeline.count_visible(seconds=5) == 0, "they wait for the queue's own visibility timeout"
    bundles.repair(broken)
    assert worker.handler(event, Context()) == {"batchItemFailures": []}


def test_job_uses_the_model_of_its_request(
    load: Load, site: HttpServer, store: JobStore, job: str, model_address: str, pets: str
) -> None:
    save_request(store, job, JobRequest(1, (site.url("/1"),), model="pets"))
    at = load("split").handler({"job": job}, Context())["items"][0]
    classify = load("classify", MODELS=models_setting(model_address, pets=pets))
    assert classify.handler({"job": job, "index": 0, "byte_range": at}, Context()) == "predicted"
    assert json.loads(store.get(job, "results/000000.json"))["model"]["name"] == "pets"


def test_lines_of_a_list_can_name_a_model(
    load: Load, site: HttpServer, store: JobStore, job: str, model_address: str, pets: str, broken: str
) -> None:
    save_request(store, job, JobRequest(1, (), "s3://lists/all.csv", model="pets"))
    batch = load("bulk_classify", MODELS=models_setting(model_address, pets=pets, broken=broken))
    names = ["", "digits", "plants", "broken", "No Name"]
    items = [{"index": n, "line": {"url": site.url(f"/{n}"), "model": name}} for n, name in enumerate(names)]
    counts = batch.handler({"BatchInput": {"job": job}, "Items": items}, Context(seconds=60))
    assert (counts["predicted"], counts["rejected"], counts["failed"]) == (2, 2, 1)
    own, other, unknown, broken_one, odd = load_records(store, job)
    assert (own["model"]["name"], other["model"]["name"]) == ("pets", "digits")
    assert (unknown["rejection"]["code"], odd["rejection"]["code"]) == ("unknown_model", "bad_task")
    assert broken_one["error"]["code"] == "model_error"


def test_batch_with_only_a_broken_model_raises(
    load: Load, site: HttpServer, store: JobStore, job: str, model_address: str, broken: str,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    batch = load("bulk_classify", MODELS=models_setting(model_address, broken=broken))
    items = [{"index": n, "line": {"url": site.url(f"/{n}"), "model": "broken"}} for n in range(3)]
    capsys.readouterr()
    with pytest.raises(ModelError, match="pinned"):
        batch.handler({"BatchInput": {"job": job}, "Items": items}, Context(seconds=60))
    assert parse_metrics(capsys.readouterr().out)["ModelErrors"] == [1]
    with pytest.raises(LookupError):
        load_records(store, job)
    assert site.requests == []


def test_direct_call_succeeds_beside_a_broken_model(
    load: Load, site: HttpServer, model_address: str, broken: str
) -> None:
    classify = load("classify", MODELS=models_setting(broken, digits2=model_address))
    assert classify.handler({"url": site.url("/1"), "model": "digits2"}, Context())["model"]["name"] == "digits"
    with pytest.raises(ModelError):
        classify.handler({"url": site.url("/1")}, Context())
    with pytest.raises(ModelError):
        classify.handler({}, Context())
