"""What is said to a caller whose request cannot be taken."""


class Refusal(Exception):  # noqa: N818 - a caller's fault is no error of the program
    """A request that nothing was started for: an HTTP status, and a sentence with the limit and the cure."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
