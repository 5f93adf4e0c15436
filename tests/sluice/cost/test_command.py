"""`sluice cost`: with figures that are given, and without an environment that could be measured."""

import json
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from sluice.commands import cost
from sluice.cost import images
from sluice.cost.usage import Usage, recorded
from sluice.environment import Environment
from sluice.errors import SluiceError

app = typer.Typer()
app.command()(cost.cost)


@pytest.fixture(autouse=True)
def nothing_applied(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str) -> Any:
        raise SluiceError(f"Nothing is applied in {name}: run `make apply ENV={name}` first.")

    monkeypatch.setattr(Environment, "open", refuse)


def run(*words: str) -> Result:
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output
    return result


def test_what_is_given_is_priced() -> None:
    result = run("--seconds", "0.25", "--memory", "3538", "--images", "5000", "--monthly", "2000000", "--json")
    found = json.loads(result.stdout)
    assert not result.stderr
    assert list(found["usage"]) == ["given"]
    expected = images.queue(Usage("given", 0.25, 3538), 5000)
    assert found["queue"]["given"] == pytest.approx({**expected, "together": sum(expected.values())})
    assert found["monthly"] == 2_000_000
    assert found["prices"]["date"]


def test_the_benchmark_speaks_where_nothing_is_measured_and_this_is_said() -> None:
    result = run("--memory", "3538")
    assert "Nothing is measured in local, so the figures of the benchmark are used: Nothing is applied" in result.stderr
    for usage in recorded():
        assert usage.name in result.stdout
    assert "3,538 MB" in result.stdout
    assert "check the ones that matter" in result.stdout


def test_a_job_is_priced_by_its_transitions() -> None:
    assert "Step Functions" not in run("--seconds", "0.1").stdout
    assert "Step Functions $26.25" in " ".join(run("--seconds", "0.1", "--job").stdout.split())


@pytest.mark.parametrize("words", [["--images", "0"], ["--seconds", "-1"], ["--memory", "64"], ["--days", "0"]])
def test_impossible_figures_are_wrong_usage(words: list[str]) -> None:
    assert CliRunner().invoke(app, words).exit_code == 2
