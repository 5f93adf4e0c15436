"""Functions whose model has a shadow: the same answers, and what the shadow made of the images."""

import io
import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from inference.models.shadow import Shadow
from jobs.store import Store
from tests.lambdas.handlers.conftest import Context, Pipeline
from tests.support.lambdas.bundles import Bundles, models_setting
from tests.support.lambdas.http_server import HttpServer, ok
from tests.support.lambdas.published_metrics import measured

Load = Callable[..., ModuleType]

NOWHERE = "s3://nothing/here/" + "0" * 64


@pytest.fixture
def turned(model_address: str, bundles: Bundles) -> str:
    """MODELS with a shadow that reads every digit as another one."""
    return models_setting(model_address, shadow=bundles.put(labels="9876543210"))


def of_shadow(printed: str) -> dict[str, list[float]]:
    """The metrics of the shadow of digits, by what follows "Shadow" in their names."""
    found = {name.removeprefix("Shadow"): values for name, values in measured(printed).items() if "Shadow" in name}
    return {name.removesuffix("/digits"): values for name, values in found.items()}


def test_the_worker_answers_as_without_it_and_tells_how_far_they_agree(
    load: Load, pipeline: Pipeline, site: HttpServer, turned: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def answers(**setting: str) -> list[Any]:
        bodies = [json.dumps({"url": site.url(f"/{n}"), "id": f"{n}{len(setting)}", "top": 2}) for n in range(3)]
        assert load("worker", **setting).handler(pipeline.receive(*bodies), Context()) == {"batchItemFailures": []}
        results = sorted(pipeline.results(), key=lambda result: str(result["id"]))
        return [(result["labels"], result["model"]) for result in results]

    alone = answers()
    assert of_shadow(capsys.readouterr().out) == {}
    assert answers(MODELS=turned) == alone
    metrics = of_shadow(capsys.readouterr().out)
    assert metrics["Agreement"] == [0, 0, 0]
    assert len(metrics["Difference"]) == len(metrics["Seconds"]) == 3
    assert all(0.5 < difference <= 1 for difference in metrics["Difference"])
    assert metrics.keys() == {"Agreement", "Difference", "Seconds"}


def test_a_shadow_that_is_the_model_itself_agrees(
    load: Load, model_address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    result = load("classify", MODELS=models_setting(model_address, shadow=model_address)).handler({}, Context())
    assert "labels" in result
    metrics = of_shadow(capsys.readouterr().out)
    assert (metrics["Agreement"], metrics["Difference"]) == ([1], [0])


def test_only_predictions_of_its_own_model_are_shadowed(
    load: Load, pipeline: Pipeline, site: HttpServer, turned: str, bundles: Bundles, capsys: pytest.CaptureFixture[str]
) -> None:
    site.routes["/text"] = ok(b"text")
    models = json.loads(turned) | {"pets": {"address": bundles.put(name="pets")}}
    worker = load("worker", MODELS=json.dumps(models))
    bodies = [json.dumps({"url": site.url("/1"), "model": "pets"}), site.url("/text"), site.url("/2")]
    assert worker.handler(pipeline.receive(*bodies), Context()) == {"batchItemFailures": []}
    assert of_shadow(capsys.readouterr().out)["Agreement"] == [0]


def test_a_batch_of_a_list_is_written_before_the_shadow_looks(
    load: Load,
    site: HttpServer,
    store: Store,
    job: str,
    turned: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    looks: list[int] = []
    compare = Shadow.compare

    def watched(*given: Any) -> Any:
        looks.append(len(store.get(job, f"results/{0:012d}.jsonl").splitlines()))
        return compare(*given)

    monkeypatch.setattr(Shadow, "compare", watched)
    items = [{"index": n, "line": site.url(f"/{n}")} for n in range(120)]
    told = load("bulk_classify", MODELS=turned).handler(
        {"BatchInput": {"job": job}, "Items": items}, Context(seconds=60)
    )
    assert told["predicted"] == 120
    assert looks == [120] * 120
    assert len(of_shadow(capsys.readouterr().out)["Agreement"]) == 120


def test_a_shadow_that_cannot_be_loaded_or_breaks_is_counted_and_logged_and_nothing_else(
    load: Load,
    pipeline: Pipeline,
    site: HttpServer,
    model_address: str,
    turned: str,
    logged: Callable[[ModuleType], io.StringIO],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def broken(*_: object) -> None:
        raise MemoryError("no more")

    for setting, reason in ((models_setting(model_address, shadow=NOWHERE), NOWHERE), (turned, "MemoryError: no more")):
        worker = load("worker", MODELS=setting)
        log = logged(worker)
        capsys.readouterr()
        if setting is turned:
            monkeypatch.setattr("inference.models.shadow._score", broken)
        event = pipeline.receive(*(site.url(f"/{n}?secret") for n in range(3)))
        assert worker.handler(event, Context()) == {"batchItemFailures": []}
        assert len(pipeline.results()) == 3
        printed = capsys.readouterr().out
        assert of_shadow(printed) == {"Errors": [1, 1, 1]}
        assert measured(printed)["Predictions"] == [3]
        (line,) = [json.loads(line) for line in log.getvalue().splitlines() if "Predicted" not in line]
        assert (line["level"], line["model"], line["images"]) == ("WARNING", "digits", 3)
        assert reason in line["reason"]
        assert "secret" not in log.getvalue() + printed


def test_without_time_the_images_are_answered_and_not_shadowed(
    load: Load, pipeline: Pipeline, site: HttpServer, turned: str, capsys: pytest.CaptureFixture[str]
) -> None:
    worker = load("worker", MODELS=turned)
    shadow = worker.models.get_shadow()
    shadow._cost = 1000.0
    event = pipeline.receive(site.url("/1"), site.url("/2"))
    capsys.readouterr()
    assert worker.handler(event, Context()) == {"batchItemFailures": []}
    assert len(pipeline.results()) == 2
    assert of_shadow(capsys.readouterr().out) == {"Skipped": [1, 1]}
