"""Metrics by model."""

import json

import pytest

from telemetry.metrics import ModelMetrics


@pytest.fixture(autouse=True)
def function(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "worker")
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Sluice")


@pytest.mark.parametrize("count", [1, 99, 100, 101, 250])
def test_model_metrics_write_each_value_once(count: int, capsys: pytest.CaptureFixture[str]) -> None:
    metrics = ModelMetrics()
    for number in range(count):
        metrics.add("pets", "Seen", number)
    metrics.add("digits", "Seen", -1)
    metrics.flush()
    metrics.flush()
    written: dict[str, list[float]] = {}
    for line in map(json.loads, capsys.readouterr().out.splitlines()):
        (declared,) = line["_aws"]["CloudWatchMetrics"]
        assert (declared["Namespace"], declared["Dimensions"]) == ("Sluice", [["model"]])
        written.setdefault(line["model"], []).extend(line["Seen"])
    assert written == {"pets": list(range(count)), "digits": [-1]}
