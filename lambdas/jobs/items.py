"""A job's items as lines of one object, so that an item is a range of its bytes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from inference.messages import Prediction, Rejection, to_json
from jobs import names
from jobs.request import Request
from jobs.store import ITEMS, PIECES, Store

Range = tuple[int, int]


def lines(job: str, request: Request) -> tuple[bytes, list[Range]]:
    """A task of docs/messages.md a line, and where each lies: (offset, length) without its line's end."""
    made = [
        json.dumps({"id": names.item(job, index), "url": url, **request.asked}, separators=(",", ":")).encode()
        for index, url in enumerate(request.urls)
    ]
    ranges, offset = [], 0
    for line in made:
        ranges.append((offset, len(line)))
        offset += len(line) + 1
    return b"".join(line + b"\n" for line in made), ranges


def result_name(index: int) -> str:
    """Where the result of the item at `index` is kept."""
    return f"{PIECES}/{index:06d}.json"


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a job: what its Map gives to each call."""

    job: str
    index: int
    at: Range

    @classmethod
    def read(cls, event: object) -> "Item | None":
        """The item that an event names; None for an event of another kind. Raises Refusal, TypeError or ValueError."""
        if not isinstance(event, Mapping) or "job" not in event:
            return None
        offset, length = event["at"]
        return cls(names.check(event["job"]), int(event["index"]), (int(offset), int(length)))

    @property
    def id(self) -> str:
        """The id of the item's task."""
        return names.item(self.job, self.index)

    def fields(self, store: Store) -> Any:
        """The fields of the item's task."""
        return json.loads(store.get(self.job, ITEMS, self.at))

    def keep(self, store: Store, result: Prediction | Rejection) -> str:
        """Write the result where Reduce finds it; what became of the item, in a word."""
        store.put(self.job, result_name(self.index), to_json(result).encode())
        return "rejected" if isinstance(result, Rejection) else "predicted"
