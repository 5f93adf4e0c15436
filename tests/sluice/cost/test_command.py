"""`sluice cost` with given figures, and without an environment to measure."""

import json
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from sluice.commands import cost
from sluice.cost import line_items
from sluice.cost.usage import Usage, recorded_usages
from sluice.environment import Environment
from sluice.errors import SluiceError

app = typer.Typer()
app.command()(cost.cost)


@pytest.fixture(autouse=True)
def nothing_applied(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str) -> Any:
        raise SluiceError(f"Nothing is applied in {name}: run `make apply ENV={name}` first.")

    monkeypatch.setattr(Environment, "open", refuse)


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    return result


def test_cost_prices_the_given_usage() -> None:
    result = run("--seconds", "0.25", "--memory", "3538", "--images", "5000", "--monthly", "2000000", "--json")
    costs = json.loads(result.stdout)
    assert not result.stderr
    assert list(costs["usage"]) == ["given"]
    expected = line_items.price_queue(Usage("given", 0.25, 3538), 5000)
    assert costs["queue"]["given"] == pytest.approx({**expected, "total": sum(expected.values())})
    assert costs["monthly"] == 2_000_000
    assert costs["prices"]["date"]


def test_cost_without_measurement_uses_the_benchmark_and_says_so() -> None:
    result = run("--memory", "3538")
    assert "Nothing is measured in local, so the figures of the benchmark are used: Nothing is applied" in result.stderr
    for usage in recorded_usages():
        assert usage.name in result.stdout
    assert "3,538 MB" in result.stdout
    assert "check the ones that matter" in result.stdout


def test_cost_of_a_job_includes_its_transitions() -> None:
    assert "Step Functions" not in run("--seconds", "0.1").stdout
    assert "Step Functions $26.25" in " ".join(run("--seconds", "0.1", "--job").stdout.split())


@pytest.mark.parametrize("arguments", [["--images", "0"], ["--seconds", "-1"], ["--memory", "64"], ["--days", "0"]])
def test_cost_with_impossible_figures_is_wrong_usage(arguments: list[str]) -> None:
    assert CliRunner().invoke(app, arguments).exit_code == 2
