"""How images end, in words: the same in the code and in docs/messages.md."""

import re

import pytest

from inference.classify import Answer
from inference.faults import Code, ModelFault, OutOfTime, SourceUnavailable
from inference.messages import Prediction, Rejection, Task
from pipeline.ending import ending
from pipeline.image import Image
from pipeline.outbox import NotAccepted
from tests.lambdas.document import text

PREDICTION = Answer(Prediction("a", "https://example.com/", (), "birds", "5e3b17f3b966" * 5, 0.5))
REJECTION = Answer(Rejection("a", None, Code.NOT_FOUND, "Gone.", 0.1))


def image(outcome: Answer | BaseException, model: str | None = None) -> Image:
    return Image(Task("a", "https://example.com/", model=model), outcome=outcome)


@pytest.mark.parametrize(
    ("outcome", "last", "word", "code"),
    [
        (PREDICTION, False, "Predicted", None),
        (REJECTION, False, "Rejected", "not_found"),
        (SourceUnavailable("away"), False, "To be tried again", "source_unavailable"),
        (NotAccepted("full"), False, "To be tried again", "not_accepted"),
        (ModelFault("sick"), False, "To be tried again", "model_fault"),
        (ZeroDivisionError(), False, "To be tried again", "unexpected"),
        (OutOfTime("late"), False, "Handed back", "out_of_time"),
        (OutOfTime("late"), True, "Given up", "out_of_time"),
        (SourceUnavailable("away"), True, "Given up", "source_unavailable"),
    ],
)
def test_each_outcome_has_its_word_and_code(
    outcome: Answer | BaseException, last: bool, word: str, code: str | None
) -> None:
    ended = ending(image(outcome), "digits", last=last)
    assert (ended.word, ended.code) == (word, code)
    assert word in re.findall(r"^\| `([A-Z][A-Za-z ]+)` \|", text("messages"), re.MULTILINE)


def test_the_model_is_the_one_that_answered_or_else_the_one_that_was_asked_for() -> None:
    assert ending(image(PREDICTION), "digits", last=False).model == "birds@5e3b17f3b966"
    assert ending(image(SourceUnavailable("away"), "birds"), "digits", last=False).model == "birds"
    assert ending(image(SourceUnavailable("away")), "digits", last=False).model == "digits"


def test_only_what_is_none_of_our_faults_is_a_bug() -> None:
    bug = ZeroDivisionError("oops")
    assert ending(image(bug), "digits", last=False).bug is bug
    assert ending(image(ModelFault("sick")), "digits", last=False).bug is None
