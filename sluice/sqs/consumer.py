"""Hands a queue's messages over, each once: it is deleted after that and not before, so that none is lost."""

from collections.abc import Callable
from typing import Any

from sluice.sqs import messages
from sluice.sqs.messages import Received

HIDDEN_SECONDS = 300  # a reader may take so long for ten; what a killed one had received is there again after it
MOST_LEFT = 1_000  # so many that cannot be deleted are no accident


class Handover:
    """Messages of a queue on their way to `hand`, which takes their bodies and raises unless it has them.

    What was handed over and could not be deleted, as it took `hand` too long, is received again: then it is not handed
    over again, but deleted at once, with its new receipt.
    """

    def __init__(self, sqs: Any, url: str, hand: Callable[[list[str]], None]) -> None:
        self._sqs, self._url, self._hand = sqs, url, hand
        self.done = 0  # handed over
        self.hidden = 0  # received, and not known to be handed over
        self.left: dict[str, str] = {}  # handed over, but not deleted: why, by message id

    def step(self, *, wait: int, most: int) -> bool:
        """Receive up to `most` (1 to 10) and hand them over; whether there were any."""
        received = messages.receive(self._sqs, self._url, wait=wait, most=most, hidden=HIDDEN_SECONDS)
        again = [message for message in received if message.id in self.left]
        new = [message for message in received if message.id not in self.left]
        self.hidden = len(new)
        self._forget(again)
        if new:
            self._hand([message.body for message in new])
            self.done += len(new)
            self.hidden = 0
            self._forget(new)
        return bool(received)

    def _forget(self, received: list[Received]) -> None:
        names = [message.id for message in received]
        self.left |= dict.fromkeys(names, "The deletion was cut off.")  # if nobody comes to say otherwise
        kept = messages.forget(self._sqs, self._url, received)
        for name in names:
            del self.left[name]
        self.left |= kept
