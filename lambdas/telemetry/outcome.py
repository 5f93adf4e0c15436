"""The outcome of one image, as its log line and its trace report it."""

from dataclasses import dataclass

from inference.classify import Classification
from inference.errors import ModelError, OutOfTimeError, TransientError
from inference.messages import Rejection, Task
from telemetry.work_item import WorkItem

# Digits of a model version's hash that are enough to distinguish it from all others.
_HASH_DIGITS = 12

UNEXPECTED = "unexpected"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of one image.

    Attributes:
        message: The message of the log line: "Predicted", "Rejected", "Retry scheduled", "Returned to queue" or
            "Failed".
        model: name@version of the model that answered, or the requested name if none did.
        code: Why there is no prediction: the code of the rejection or of the error; None for a prediction.
        reason: The same as a sentence.
        seconds: Seconds that the classification took; None after an error.
        unexpected: The exception, if it is not one of the errors that are part of the design.
    """

    message: str
    model: str | None
    code: str | None = None
    reason: str | None = None
    seconds: float | None = None
    unexpected: BaseException | None = None

    @property
    def annotation(self) -> str:
        """The message as a trace annotation: predicted, rejected, retry_scheduled, returned_to_queue or failed."""
        return self.message.lower().replace(" ", "_")

    @classmethod
    def from_item(cls, item: WorkItem, default_model: str, *, final: bool) -> "Outcome":
        """Return the outcome of an image whose processing has ended.

        Args:
            item: The image.
            default_model: Name of the model for tasks that do not name one.
            final: Failures will not be retried.
        """
        model = (item.task.model or default_model) if isinstance(item.task, Task) else None
        if isinstance(item.outcome, Classification):
            result = item.outcome.result
            if isinstance(result, Rejection):
                return cls("Rejected", model, str(result.code), result.message, result.seconds)
            version = f"{result.model_name}@{result.model_sha256[:_HASH_DIGITS]}"
            return cls("Predicted", version, seconds=result.seconds)
        error, code = item.outcome, error_code(item.outcome)
        late = isinstance(error, OutOfTimeError)
        message = "Failed" if final else "Returned to queue" if late else "Retry scheduled"
        reason = f"{type(error).__name__}: {error}"
        return cls(message, model, code, reason, unexpected=error if code == UNEXPECTED else None)


def error_code(error: object) -> str:
    """Return the code of an error in logs, traces and results: its own, or `unexpected` for a defect."""
    return error.code if isinstance(error, TransientError | ModelError) else UNEXPECTED
