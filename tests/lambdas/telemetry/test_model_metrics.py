"""Metrics of single models."""

import json

import pytest

from telemetry.model_metrics import ByModel


@pytest.fixture(autouse=True)
def function(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "worker")
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Sluice")


@pytest.mark.parametrize("count", [1, 99, 100, 101, 250])
def test_each_value_is_written_once_under_its_model_and_no_function(
    count: int, capsys: pytest.CaptureFixture[str]
) -> None:
    by_model = ByModel()
    for number in range(count):
        by_model.add("pets", "Seen", number)
    by_model.add("digits", "Seen", -1)
    by_model.flush()
    by_model.flush()
    written: dict[str, list[float]] = {}
    for line in map(json.loads, capsys.readouterr().out.splitlines()):
        (declared,) = line["_aws"]["CloudWatchMetrics"]
        assert (declared["Namespace"], declared["Dimensions"]) == ("Sluice", [["model"]])
        written.setdefault(line["model"], []).extend(line["Seen"])
    assert written == {"pets": list(range(count)), "digits": [-1]}
