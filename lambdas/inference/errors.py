"""What can go wrong, by what happens next: rejected for good, tried again, or the operator's to mend."""

from enum import StrEnum


class Code(StrEnum):
    """The closed list of reasons for which an input is rejected; docs/messages.md explains each."""

    BAD_TASK = "bad_task"
    UNKNOWN_MODEL = "unknown_model"
    BAD_ADDRESS = "bad_address"
    FORBIDDEN_ADDRESS = "forbidden_address"
    NOT_FOUND = "not_found"
    DENIED = "denied"
    BAD_RESPONSE = "bad_response"
    TOO_LARGE = "too_large"
    UNSUPPORTED_IMAGE = "unsupported_image"
    BAD_IMAGE = "bad_image"


class InputError(Exception):
    """The input is at fault, and would be again: it becomes a rejection and is never retried.

    `code` is one of `Code`; `message` is a sentence for the sender, which never holds an address's query.
    """

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class TransientError(Exception):
    """The same input may succeed later: it is retried. `code` names the reason in logs and metrics."""

    code = "transient_error"


class SourceUnavailableError(TransientError):
    """The image's source was unreachable, overloaded or too slow."""

    code = "source_unavailable"


class OutOfTimeError(TransientError):
    """The function would time out before the image is classified; nothing is wrong with the image."""

    code = "out_of_time"


class ModelError(Exception):
    """The model cannot be used. Inputs are not rejected for it: they are retried."""

    code = "model_error"


def too_many_bytes(limit: int) -> InputError:
    """The refusal of an image of more than `limit` bytes, wherever it comes from."""
    return InputError(
        Code.TOO_LARGE, f"The image has more than {limit:,} bytes; send a smaller or more compressed one."
    )
