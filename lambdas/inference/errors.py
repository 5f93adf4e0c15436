"""The three kinds of failure, by what happens next: reject the input, retry it, or repair the deployment."""

from enum import StrEnum


class Code(StrEnum):
    """The closed list of reasons for which an input is rejected. docs/messages.md explains each one."""

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
    """The input is at fault and will be again: it becomes a rejection and is never retried.

    Attributes:
        code: The reason, one of `Code`.
        message: A sentence for the sender. It never contains the query of an address, which may be a secret.
    """

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class TransientError(Exception):
    """The same input may succeed later, so it is retried. `code` names the reason in logs and metrics."""

    code = "transient_error"


class SourceUnavailableError(TransientError):
    """The server or bucket of the image was unreachable, overloaded or too slow."""

    code = "source_unavailable"


class OutOfTimeError(TransientError):
    """The function would time out before the image is classified; nothing is wrong with the image."""

    code = "out_of_time"


class ModelError(Exception):
    """The model cannot be used. Inputs are not rejected because of it; they are retried."""

    code = "model_error"


def too_large_error(limit: int) -> InputError:
    """Return the rejection of an image file of more than `limit` bytes, from any kind of source."""
    return InputError(
        Code.TOO_LARGE, f"The image has more than {limit:,} bytes; send a smaller or more compressed one."
    )
