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


class PermanentFault(Exception):  # noqa: N818 - an input's fault is no error of the program
    """The input is at fault, and would be again: it becomes a rejection and is never retried.

    `code` is one of `Code`; `message` is a sentence for the sender, which never holds an address's query.
    """

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class TransientFault(Exception):  # noqa: N818
    """The same input may succeed later: it is retried."""


class SourceUnavailable(TransientFault):
    """The place that holds the image was away, overloaded or too slow."""


class OutOfTime(TransientFault):
    """The function's own time would end before the image was done; nothing is wrong with the image."""


class ModelFault(Exception):  # noqa: N818
    """The model cannot be used. No input is to blame, so nothing is rejected for it."""


def too_many_bytes(limit: int) -> PermanentFault:
    """The refusal of an image of more than `limit` bytes, wherever it comes from."""
    return PermanentFault(
        Code.TOO_LARGE, f"The image has more than {limit:,} bytes; send a smaller or more compressed one."
    )
