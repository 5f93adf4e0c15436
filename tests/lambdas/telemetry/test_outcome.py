"""Outcomes of images, with the messages that docs/messages.md lists."""

import re

import pytest

from inference.classify import Classification
from inference.errors import Code, ModelError, OutOfTimeError, SourceUnavailableError
from inference.messages import Prediction, Rejection, Task
from pipeline.outbox import NotAcceptedError
from telemetry.outcome import Outcome
from telemetry.work_item import WorkItem
from tests.support.lambdas.document import text

PREDICTION = Classification(Prediction("a", "https://example.com/", (), "birds", "5e3b17f3b966" * 5, 0.5))
REJECTION = Classification(Rejection("a", None, Code.NOT_FOUND, "Gone.", 0.1))


def get_outcome(outcome: Classification | BaseException, model: str | None = None, *, final: bool = False) -> Outcome:
    item = WorkItem(Task("a", "https://example.com/", model=model), outcome=outcome)
    return Outcome.from_item(item, "digits", final=final)


@pytest.mark.parametrize(
    ("outcome", "final", "message", "annotation", "code"),
    [
        (PREDICTION, False, "Predicted", "predicted", None),
        (REJECTION, False, "Rejected", "rejected", "not_found"),
        (SourceUnavailableError("away"), False, "Retry scheduled", "retry_scheduled", "source_unavailable"),
        (NotAcceptedError("full"), False, "Retry scheduled", "retry_scheduled", "not_accepted"),
        (ModelError("broken"), False, "Retry scheduled", "retry_scheduled", "model_error"),
        (ZeroDivisionError(), False, "Retry scheduled", "retry_scheduled", "unexpected"),
        (OutOfTimeError("late"), False, "Returned to queue", "returned_to_queue", "out_of_time"),
        (OutOfTimeError("late"), True, "Failed", "failed", "out_of_time"),
        (SourceUnavailableError("away"), True, "Failed", "failed", "source_unavailable"),
    ],
)
def test_outcome_has_documented_message_and_code(
    outcome: Classification | BaseException, final: bool, message: str, annotation: str, code: str | None
) -> None:
    actual = get_outcome(outcome, final=final)
    assert actual.message == message
    assert actual.annotation == annotation
    assert actual.code == code
    assert message in re.findall(r"^\| `([A-Z][A-Za-z ]+)` \|", text("messages"), re.MULTILINE)


def test_outcome_names_the_model_that_answered_or_was_requested() -> None:
    assert get_outcome(PREDICTION).model == "birds@5e3b17f3b966"
    assert get_outcome(SourceUnavailableError("away"), "birds").model == "birds"
    assert get_outcome(SourceUnavailableError("away")).model == "digits"


def test_outcome_keeps_only_unexpected_exceptions() -> None:
    defect = ZeroDivisionError("oops")
    assert get_outcome(defect).unexpected is defect
    assert get_outcome(ModelError("broken")).unexpected is None
