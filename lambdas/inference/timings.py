"""What each step of an image took, and when it ended."""

from time import time


class Timings(dict[str, float]):
    """Seconds by step, in the order in which they ended; `ended` is when, in seconds since the epoch."""

    def __init__(self) -> None:
        super().__init__()
        self.ended: dict[str, float] = {}

    def __setitem__(self, step: str, seconds: float) -> None:
        super().__setitem__(step, seconds)
        self.ended[step] = time()
