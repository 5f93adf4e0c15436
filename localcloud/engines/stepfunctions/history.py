"""An execution's events, as GetExecutionHistory gives them."""

import threading
from collections.abc import Callable, Mapping
from typing import Any

from localcloud.engines.stepfunctions.errors import runtime_error

LIMIT = 25_000


class History:
    """Appends to `events`; `now` gives the time of day as text. The last place is kept for the execution's end.

    Nothing follows the end: what runs on for a moment in a stopped execution is not told.
    """

    def __init__(self, events: list[dict[str, Any]], now: Callable[[], str]) -> None:
        self._events = events
        self._now = now
        self._lock = threading.Lock()
        self._ended = False

    def append(self, kind: str, previous: int, details: Mapping[str, Any]) -> int:
        """Append an event that follows the event `previous`; its id. States.Runtime when the history is full."""
        with self._lock:
            if self._ended:
                return previous
            number = len(self._events) + 1
            self._ended = kind.startswith("Execution")
            if number >= LIMIT and not self._ended:
                raise runtime_error(f"The execution reached the maximum number of history events ({LIMIT}).")
            event = {"id": number, "previousEventId": previous, "type": kind, "timestamp": self._now()}
            if details:
                event[_member(kind)] = dict(details)
            self._events.append(event)
        return number

    def close(self) -> None:
        """Take no more events."""
        with self._lock:
            self._ended = True


def _member(kind: str) -> str:
    """The name under which an event of this kind has its details."""
    for shared in ("StateEntered", "StateExited"):
        if kind.endswith(shared):
            return f"s{shared[1:]}EventDetails"
    return f"{kind[0].lower()}{kind[1:]}EventDetails"
