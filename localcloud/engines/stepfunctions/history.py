"""The event history of an execution, as GetExecutionHistory returns it."""

import threading
from collections.abc import Callable, Mapping
from typing import Any

from localcloud.engines.stepfunctions.errors import runtime_error

MAX_EVENTS = 25_000


class History:
    """Appends events to a list until the event that ends the execution.

    Later events are ignored, because branches of a stopped execution run on for a moment. The last of MAX_EVENTS is
    reserved for the end of the execution.

    Args:
        events: The list that receives the events.
        now: Returns the current time as text.
    """

    def __init__(self, events: list[dict[str, Any]], now: Callable[[], str]) -> None:
        self._events = events
        self._now = now
        self._lock = threading.Lock()
        self._ended = False

    def append(self, kind: str, previous: int, details: Mapping[str, Any]) -> int:
        """Append an event.

        Args:
            kind: The event's type.
            previous: The id of the event that it follows.
            details: The event's details.

        Returns:
            The id of the event.

        Raises:
            StateError: States.Runtime if the history is full.
        """
        with self._lock:
            if self._ended:
                return previous
            number = len(self._events) + 1
            self._ended = kind.startswith("Execution")
            if number >= MAX_EVENTS and not self._ended:
                raise runtime_error(f"The execution reached the maximum number of history events ({MAX_EVENTS}).")
            event = {"id": number, "previousEventId": previous, "type": kind, "timestamp": self._now()}
            if details:
                event[_details_key(kind)] = dict(details)
            self._events.append(event)
        return number

    def close(self) -> None:
        """Ignore all later events."""
        with self._lock:
            self._ended = True


def _details_key(kind: str) -> str:
    for shared in ("StateEntered", "StateExited"):
        if kind.endswith(shared):
            return f"s{shared[1:]}EventDetails"
    return f"{kind[0].lower()}{kind[1:]}EventDetails"
