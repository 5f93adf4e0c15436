"""The accounting counts received results, not sent inputs."""

import json

import pytest

from sluice.demo.accounting import Accounting
from sluice.demo.digits import Digit
from sluice.demo.inputs import Input

SENT = [Input(str(n), "{}", f"a scanned {n}", Digit(f"/{n}.png", b"", str(n))) for n in range(4)]
SENT.append(Input("bad", "{}", "nonsense"))


def record(id_: str, label: str) -> str:
    return json.dumps({"id": id_, "labels": [{"label": label, "score": 0.9}], "seconds": 0.1})


@pytest.fixture
def accounting() -> Accounting:
    accounting = Accounting(SENT)
    accounting.add_results([record("0", "0"), record("1", "7"), record("0", "0")])
    accounting.add_results(
        [json.dumps({"id": "bad", "rejection": {"code": "bad_task", "message": "No."}, "seconds": 0})]
    )
    accounting.dead.append("{}")
    return accounting


def test_summary_accounts_for_every_input(accounting: Accounting) -> None:
    summary = accounting.summarize(direct_accuracy=0.5)
    assert summary["sent"] == summary["predicted"] + summary["rejected"] + summary["dead"] + summary["lost"]
    assert {name: summary[name] for name in ("predicted", "rejected", "dead", "lost", "duplicated")} == {
        "predicted": 2,
        "rejected": 1,
        "dead": 1,
        "lost": 1,
        "duplicated": 1,
    }


def test_summary_counts_missing_results_as_wrong(accounting: Accounting) -> None:
    assert accounting.summarize(direct_accuracy=0.5)["accuracy"] == 0.25


def test_rejection_of_a_predicted_bad_input_says_so(accounting: Accounting) -> None:
    wrong = Accounting(SENT)
    wrong.add_results([record("bad", "3")])
    assert wrong.rejection(SENT[-1])["code"] == "predicted"
    assert accounting.rejection(SENT[-1])["code"] == "bad_task"
