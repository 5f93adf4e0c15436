"""The errors of jobs."""

from inference.errors import TransientError


class RequestError(Exception):
    """The request of a caller is invalid or cannot be fulfilled; nothing was started for it.

    Attributes:
        status: The HTTP status of the reply, 400, 404 or 409.
        message: A sentence for the caller, with the limit and how to fix the request.
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class ObjectNotFoundError(LookupError):
    """The job has no such object, or it has expired."""


class StoreUnavailableError(TransientError):
    """The jobs bucket was unreachable or overloaded; the same request may succeed later."""

    code = "store_unavailable"


class StatesUnavailableError(TransientError):
    """Step Functions was unreachable or overloaded; the same request may succeed later."""

    code = "states_unavailable"
