"""How an image ended, in the words of the log and of its trace."""

from dataclasses import dataclass

from inference.classify import Classification
from inference.errors import ModelError, OutOfTimeError, TransientError
from inference.messages import Prediction, Rejection, Task
from pipeline.work_item import Image

# Enough of a version's hash to tell it from every other.
DIGITS = 12


@dataclass(frozen=True, slots=True)
class Outcome:
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
        """The word as an annotation: predicted, rejected, retry_scheduled, returned_to_queue, failed."""
        return self.word.lower().replace(" ", "_")


def ending(image: Image, default: str, *, last: bool) -> Outcome:
    """How the image ended; `default` is the model for tasks that name none; `last`: nothing tries it again."""
    asked = (image.task.model or default) if isinstance(image.task, Task) else None
    if isinstance(image.outcome, Classification):
        return _answered(image.outcome.result, asked)
    fault = image.outcome
    reason = f"{type(fault).__name__}: {fault}"
    word = "Failed" if last else "Returned to queue" if isinstance(fault, OutOfTimeError) else "Retry scheduled"
    if isinstance(fault, TransientError | ModelError):
        return Outcome(word, asked, fault.code, reason)
    return Outcome(word, asked, "unexpected", reason, bug=fault)


def _answered(result: Prediction | Rejection, asked: str | None) -> Outcome:
    if isinstance(result, Rejection):
        return Outcome("Rejected", asked, str(result.code), result.message, result.seconds)
    return Outcome("Predicted", f"{result.model_name}@{result.model_sha256[:DIGITS]}", seconds=result.seconds)
