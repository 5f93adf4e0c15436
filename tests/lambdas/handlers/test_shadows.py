"""Functions whose model has a shadow: unchanged results, and metrics of the comparison."""

import io
import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from inference.models.shadow import Shadow
from jobs.store import JobStore
from tests.lambdas.handlers.conftest import Context, Pipeline
from tests.support.lambdas.bundles import Bundles, models_setting
from tests.support.lambdas.http_server import HttpServer, ok
from tests.support.lambdas.published_metrics import parse_metrics

Load = Callable[..., ModuleType]

NOWHERE = "s3://nothing/here/" + "0" * 64


@pytest.fixture
def shadowed(model_address: str, bundles: Bundles) -> str:
    """MODELS with a shadow whose labels are in reverse order."""
    return models_setting(model_address, shadow=bundles.put(labels="9876543210"))


def shadow_metrics(printed: str) -> dict[str, list[float]]:
    """Return the metrics of the shadow of digits, by their names without the prefix "Shadow"."""
    metrics = {
        name.removeprefix("Shadow"): values for name, values in parse_metrics(printed).items() if "Shadow" in name
    }
    return {name.removesuffix("/digits"): values for name, values in metrics.items()}


def test_shadow_changes_no_result_and_is_compared(
    load: Load, pipeline: Pipeline, site: HttpServer, shadowed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def get_results(**setting: str) -> list[Any]:
        bodies = [json.dumps({"url": site.url(f"/{n}"), "id": f"{n}{len(setting)}", "top": 2}) for n in range(3)]
        assert load("worker", **setting).handler(pipeline.receive(*bodies), Context()) == {"batchItemFailures": []}
        results = sorted(pipeline.receive_results(), key=lambda result: str(result["id"]))
        return [(result["labels"], result["model"]) for result in results]

    without_shadow = get_results()
    assert shadow_metrics(capsys.readouterr().out) == {}
    assert get_results(MODELS=shadowed) == without_shadow
    metrics = shadow_metrics(capsys.readouterr().out)
    assert metrics["Agreement"] == [0, 0, 0]
    assert len(metrics["Difference"]) == len(metrics["Seconds"]) == 3
    assert all(0.5 < difference <= 1 for difference in metrics["Difference"])
    assert metrics.keys() == {"Agreement", "Difference", "Seconds"}


def test_shadow_equal_to_its_model_agrees(load: Load, model_address: str, capsys: pytest.CaptureFixture[str]) -> None:
    result = load("classify", MODELS=models_setting(model_address, shadow=model_address)).handler({}, Context())
    assert "labels" in result
    metrics = shadow_metrics(capsys.readouterr().out)
    assert (metrics["Agreement"], metrics["Difference"]) == ([1], [0])


def test_shadow_compares_only_predictions_of_its_model(
    load: Load,
    pipeline: Pipeline,
    site: HttpServer,
    shadowed: str,
    bundles: Bundles,
    capsys: pytest.CaptureFixture[str],
) -> None:
    site.routes["/text"] = ok(b"text")
    models = json.loads(shadowed) | {"pets": {"address": bundles.put(name="pets")}}
    worker = load("worker", MODELS=json.dumps(models))
    bodies = [json.dumps({"url": site.url("/1"), "model": "pets"}), site.url("/text"), site.url("/2")]
    assert worker.handler(pipeline.receive(*bodies), Context()) == {"batchItemFailures": []}
    assert shadow_metrics(capsys.readouterr().out)["Agreement"] == [0]


def test_bulk_records_are_saved_before_the_shadow_runs(
    load: Load,
    site: HttpServer,
    store: JobStore,
    job: str,
    shadowed: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    saved: list[int] = []
    compare = Shadow.compare

    def spy(*arguments: Any) -> Any:
        saved.append(len(store.get(job, f"results/{0:012d}.jsonl").splitlines()))
        return compare(*arguments)

    monkeypatch.setattr(Shadow, "compare", spy)
    items = [{"index": n, "line": site.url(f"/{n}")} for n in range(120)]
    counts = load("bulk_classify", MODELS=shadowed).handler(
        {"BatchInput": {"job": job}, "Items": items}, Context(seconds=60)
    )
    assert counts["predicted"] == 120
    assert saved == [120] * 120
    assert len(shadow_metrics(capsys.readouterr().out)["Agreement"]) == 120


def test_shadow_error_is_only_counted_and_logged(
    load: Load,
    pipeline: Pipeline,
    site: HttpServer,
    model_address: str,
    shadowed: str,
    logged: Callable[[ModuleType], io.StringIO],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def broken(*_: object) -> None:
        raise MemoryError("no more")

    for setting, reason in (
        (models_setting(model_address, shadow=NOWHERE), NOWHERE),
        (shadowed, "MemoryError: no more"),
    ):
        worker = load("worker", MODELS=setting)
        log = logged(worker)
        capsys.readouterr()
        if setting is shadowed:
            monkeypatch.setattr("inference.models.shadow._score", broken)
        event = pipeline.receive(*(site.url(f"/{n}?secret") for n in range(3)))
        assert worker.handler(event, Context()) == {"batchItemFailures": []}
        assert len(pipeline.receive_results()) == 3
        printed = capsys.readouterr().out
        assert shadow_metrics(printed) == {"Errors": [1, 1, 1]}
        assert parse_metrics(printed)["Predictions"] == [3]
        (line,) = [json.loads(line) for line in log.getvalue().splitlines() if "Predicted" not in line]
        assert (line["level"], line["model"], line["images"]) == ("WARNING", "digits", 3)
        assert reason in line["reason"]
        assert "secret" not in log.getvalue() + printed


def test_without_time_the_shadow_is_skipped(
    load: Load, pipeline: Pipeline, site: HttpServer, shadowed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    worker = load("worker", MODELS=shadowed)
    shadow = worker.runtime.models.get_shadow()
    shadow._cost = 1000.0
    event = pipeline.receive(site.url("/1"), site.url("/2"))
    capsys.readouterr()
    assert worker.handler(event, Context()) == {"batchItemFailures": []}
    assert len(pipeline.receive_results()) == 2
    assert shadow_metrics(capsys.readouterr().out) == {"Skipped": [1, 1]}
