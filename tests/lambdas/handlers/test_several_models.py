"""Several models in one function: each task by the one it names, and a sick one alone."""

import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from inference.errors import ModelError
from jobs.request import Request
from jobs.saved_request import keep
from jobs.store import Store
from tests.lambdas.handlers.conftest import Context, Pipeline, failures
from tests.support.lambdas.bundles import Bundles, models_setting
from tests.support.lambdas.document import schemas
from tests.support.lambdas.http_server import HttpServer
from tests.support.lambdas.published_metrics import measured

Load = Callable[..., ModuleType]


@pytest.fixture
def pets(bundles: Bundles) -> str:
    return bundles.put(name="pets", labels="abcdefghij")


@pytest.fixture
def sick(bundles: Bundles) -> str:
    address = bundles.put(name="sick")
    bundles.corrupt(address)
    return address


def lines(store: Store, job: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in store.get(job, f"results/{0:012d}.jsonl").splitlines()]


def test_the_worker_asks_the_model_that_each_task_names(
    load: Load, pipeline: Pipeline, site: HttpServer, model_address: str, pets: str, capsys: pytest.CaptureFixture[str]
) -> None:
    worker = load("worker", MODELS=models_setting(model_address, pets=pets))
    named = {"none": None, "digits": "digits", "pets": "pets", "plants": "plants"}
    bodies = [
        json.dumps({"url": site.url(f"/{id_}"), "id": id_} | ({"model": name} if name else {}))
        for id_, name in named.items()
    ]
    assert worker.handler(pipeline.receive(*bodies), Context()) == {"batchItemFailures": []}
    results = {result["id"]: result for result in pipeline.results()}
    assert {id_: results[id_]["model"]["name"] for id_ in ("none", "digits", "pets")} == {
        "none": "digits",
        "digits": "digits",
        "pets": "pets",
    }
    assert results["pets"]["model"]["sha256"] == pets.rpartition("/")[2]
    assert results["plants"]["rejection"]["code"] == "unknown_model"
    Draft202012Validator(schemas()["rejection"]).validate(results["plants"])
    metrics = measured(capsys.readouterr().out)
    assert (metrics["PredictionsByModel/digits"], metrics["PredictionsByModel/pets"]) == ([2], [1])
    assert metrics["RejectionsByCode/unknown_model"] == [1]
    assert not any("/plants" in request for request in site.requests)


def test_a_model_alone_has_no_metrics_of_its_own(
    load: Load, pipeline: Pipeline, site: HttpServer, capsys: pytest.CaptureFixture[str]
) -> None:
    load("worker").handler(pipeline.receive(site.url("/1")), Context())
    assert not [name for name in measured(capsys.readouterr().out) if "digits" in name]


@pytest.mark.parametrize("default", ["digits", "sick"])
def test_only_the_images_of_a_sick_model_come_back(
    default: str,
    load: Load,
    pipeline: Pipeline,
    site: HttpServer,
    model_address: str,
    sick: str,
    bundles: Bundles,
    capsys: pytest.CaptureFixture[str],
) -> None:
    entries: dict[str, Any] = {"digits": {"address": model_address}, "sick": {"address": sick}}
    entries[default]["default"] = True
    worker = load("worker", MODELS=json.dumps(entries))
    capsys.readouterr()
    tasks = [{"url": site.url(f"/{n}"), "model": "sick" if n % 2 else "digits"} for n in range(12)]
    if default == "sick":
        del tasks[1]["model"]
    event = pipeline.receive(*map(json.dumps, tasks[:10]))
    ids = [record["messageId"] for record in event["Records"]]
    for times in (1, 2):
        assert failures(worker.handler(event, Context())) == ids[1::2]
        assert {result["id"] for result in pipeline.results()} == (set(ids[::2]) if times == 1 else set())
        metrics = measured(capsys.readouterr().out)
        assert (metrics["ModelErrors"], metrics["Retries"], metrics["Predictions"]) == ([5], [0], [5])
    assert pipeline.visible(seconds=5) == 0, "they wait for the queue's own time-out"
    bundles.repair(sick)
    assert worker.handler(event, Context()) == {"batchItemFailures": []}


def test_a_job_asks_the_model_of_its_request(
    load: Load, site: HttpServer, store: Store, job: str, model_address: str, pets: str
) -> None:
    keep(store, job, Request(1, (site.url("/1"),), model="pets"))
    at = load("split").handler({"job": job}, Context())["items"][0]
    classify = load("classify", MODELS=models_setting(model_address, pets=pets))
    assert classify.handler({"job": job, "index": 0, "at": at}, Context()) == "predicted"
    assert json.loads(store.get(job, "results/000000.json"))["model"]["name"] == "pets"


def test_lines_of_a_list_may_name_their_own_model(
    load: Load, site: HttpServer, store: Store, job: str, model_address: str, pets: str, sick: str
) -> None:
    keep(store, job, Request(1, (), "s3://lists/all.csv", model="pets"))
    batch = load("bulk_classify", MODELS=models_setting(model_address, pets=pets, sick=sick))
    names = ["", "digits", "plants", "sick", "No Name"]
    items = [{"index": n, "line": {"url": site.url(f"/{n}"), "model": name}} for n, name in enumerate(names)]
    told = batch.handler({"BatchInput": {"job": job}, "Items": items}, Context(seconds=60))
    assert (told["predicted"], told["rejected"], told["failed"]) == (2, 2, 1)
    own, other, unknown, sick_one, odd = lines(store, job)
    assert (own["model"]["name"], other["model"]["name"]) == ("pets", "digits")
    assert (unknown["rejection"]["code"], odd["rejection"]["code"]) == ("unknown_model", "bad_task")
    assert sick_one["error"]["code"] == "ModelError"


def test_a_batch_of_nothing_but_a_sick_models_lines_is_called_again(
    load: Load, site: HttpServer, store: Store, job: str, model_address: str, sick: str,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    batch = load("bulk_classify", MODELS=models_setting(model_address, sick=sick))
    items = [{"index": n, "line": {"url": site.url(f"/{n}"), "model": "sick"}} for n in range(3)]
    capsys.readouterr()
    with pytest.raises(ModelError, match="pinned"):
        batch.handler({"BatchInput": {"job": job}, "Items": items}, Context(seconds=60))
    assert measured(capsys.readouterr().out)["ModelErrors"] == [1]
    with pytest.raises(LookupError):
        lines(store, job)
    assert site.requests == []


def test_a_direct_call_is_answered_while_another_model_is_sick(
    load: Load, site: HttpServer, model_address: str, sick: str
) -> None:
    classify = load("classify", MODELS=models_setting(sick, digits2=model_address))
    assert classify.handler({"url": site.url("/1"), "model": "digits2"}, Context())["model"]["name"] == "digits"
    with pytest.raises(ModelError):
        classify.handler({"url": site.url("/1")}, Context())
    with pytest.raises(ModelError):
        classify.handler({}, Context())
