"""The account counts what came out, not what was sent."""

import json

import pytest

from sluice.demo.digits import Digit
from sluice.demo.inputs import Input
from sluice.demo.ledger import Ledger

SENT = [Input(str(n), "{}", f"a scanned {n}", Digit(f"/{n}.png", b"", str(n))) for n in range(4)]
SENT.append(Input("bad", "{}", "nonsense"))


def record(id_: str, label: str) -> str:
    return json.dumps({"id": id_, "labels": [{"label": label, "score": 0.9}], "seconds": 0.1})


@pytest.fixture
def ledger() -> Ledger:
    ledger = Ledger(SENT)
    ledger.book([record("0", "0"), record("1", "7"), record("0", "0")])
    ledger.book([json.dumps({"id": "bad", "rejection": {"code": "bad_task", "message": "No."}, "seconds": 0})])
    ledger.dead.append("{}")
    return ledger


def test_every_input_is_accounted_for(ledger: Ledger) -> None:
    summary = ledger.summary(direct_accuracy=0.5)
    assert summary["sent"] == summary["predicted"] + summary["rejected"] + summary["dead"] + summary["lost"]
    assert {name: summary[name] for name in ("predicted", "rejected", "dead", "lost", "duplicated")} == {
        "predicted": 2,
        "rejected": 1,
        "dead": 1,
        "lost": 1,
        "duplicated": 1,
    }


def test_what_never_came_out_counts_as_a_mistake(ledger: Ledger) -> None:
    assert ledger.summary(direct_accuracy=0.5)["accuracy"] == 0.25


def test_a_bad_input_that_was_predicted_is_told(ledger: Ledger) -> None:
    wrong = Ledger(SENT)
    wrong.book([record("bad", "3")])
    assert wrong.refusal(SENT[-1])["code"] == "predicted"
    assert ledger.refusal(SENT[-1])["code"] == "bad_task"
