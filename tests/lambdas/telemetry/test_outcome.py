"""How images end, in words: the same in the code and in docs/messages.md."""

import re

import pytest

from inference.classify import Classification
from inference.errors import Code, ModelError, OutOfTimeError, SourceUnavailableError
from inference.messages import Prediction, Rejection, Task
from pipeline.outbox import NotAcceptedError
from pipeline.work_item import Image
from telemetry.outcome import ending
from tests.support.lambdas.document import text

PREDICTION = Classification(Prediction("a", "https://example.com/", (), "birds", "5e3b17f3b966" * 5, 0.5))
REJECTION = Classification(Rejection("a", None, Code.NOT_FOUND, "Gone.", 0.1))


def image(outcome: Classification | BaseException, model: str | None = None) -> Image:
    return Image(Task("a", "https://example.com/", model=model), outcome=outcome)


@pytest.mark.parametrize(
    ("outcome", "last", "word", "code"),
    [
        (PREDICTION, False, "Predicted", None),
        (REJECTION, False, "Rejected", "not_found"),
        (SourceUnavailableError("away"), False, "Retry scheduled", "source_unavailable"),
        (NotAcceptedError("full"), False, "Retry scheduled", "not_accepted"),
        (ModelError("sick"), False, "Retry scheduled", "model_error"),
        (ZeroDivisionError(), False, "Retry scheduled", "unexpected"),
        (OutOfTimeError("late"), False, "Returned to queue", "out_of_time"),
        (OutOfTimeError("late"), True, "Failed", "out_of_time"),
        (SourceUnavailableError("away"), True, "Failed", "source_unavailable"),
    ],
)
def test_each_outcome_has_its_word_and_code(
    outcome: Classification | BaseException, last: bool, word: str, code: str | None
) -> None:
    ended = ending(image(outcome), "digits", last=last)
    assert (ended.word, ended.code) == (word, code)
    assert word in re.findall(r"^\| `([A-Z][A-Za-z ]+)` \|", text("messages"), re.MULTILINE)


def test_the_model_is_the_one_that_answered_or_else_the_one_that_was_asked_for() -> None:
    assert ending(image(PREDICTION), "digits", last=False).model == "birds@5e3b17f3b966"
    assert ending(image(SourceUnavailableError("away"), "birds"), "digits", last=False).model == "birds"
    assert ending(image(SourceUnavailableError("away")), "digits", last=False).model == "digits"


def test_only_what_is_none_of_our_faults_is_a_bug() -> None:
    bug = ZeroDivisionError("oops")
    assert ending(image(bug), "digits", last=False).bug is bug
    assert ending(image(ModelError("sick")), "digits", last=False).bug is None
