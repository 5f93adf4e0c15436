"""How an image ended, in the words of the log and of its trace."""

import re
from dataclasses import dataclass

from inference.classify import Answer
from inference.faults import ModelFault, OutOfTime, TransientFault
from inference.messages import Prediction, Rejection, Task
from pipeline.image import Image

# Enough of a version's hash to tell it from every other.
DIGITS = 12

_HUMP = re.compile(r"(?<!^)(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Ending:
    """`word` is the log line's message; `model` is name@version, or the name that was asked for if none answered.

    `code` and `reason` tell why there is no prediction; `bug` is a fault that is none of those we know.
    """

    word: str
    model: str | None
    code: str | None = None
    reason: str | None = None
    seconds: float | None = None
    bug: BaseException | None = None

    @property
    def outcome(self) -> str:
        """The word as an annotation: predicted, rejected, to_be_tried_again, handed_back, given_up."""
        return self.word.lower().replace(" ", "_")


def ending(image: Image, default: str, *, last: bool) -> Ending:
    """How the image ended; `default` is the model for tasks that name none; `last`: nothing tries it again."""
    asked = (image.task.model or default) if isinstance(image.task, Task) else None
    if isinstance(image.outcome, Answer):
        return _answered(image.outcome.result, asked)
    fault = image.outcome
    reason = f"{type(fault).__name__}: {fault}"
    word = "Given up" if last else "Handed back" if isinstance(fault, OutOfTime) else "To be tried again"
    if isinstance(fault, TransientFault | ModelFault):
        return Ending(word, asked, _HUMP.sub("_", type(fault).__name__).lower(), reason)
    return Ending(word, asked, "unexpected", reason, bug=fault)


def _answered(result: Prediction | Rejection, asked: str | None) -> Ending:
    if isinstance(result, Rejection):
        return Ending("Rejected", asked, str(result.code), result.message, result.seconds)
    return Ending("Predicted", f"{result.model_name}@{result.model_sha256[:DIGITS]}", seconds=result.seconds)
