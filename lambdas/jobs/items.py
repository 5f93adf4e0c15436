"""The items of a posted list, stored as lines of one object so that an item is a range of its bytes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from inference.messages import Prediction, Rejection, to_json
from jobs.names import check_job_name, item_id
from jobs.request import JobRequest
from jobs.store import ITEMS, RESULTS_FOLDER, JobStore

# Offset and length in bytes.
ByteRange: TypeAlias = tuple[int, int]


def encode_items(job: str, request: JobRequest) -> tuple[bytes, list[ByteRange]]:
    """Return the tasks of a list, one per line in the form of docs/schemas/task.json.

    Returns:
        The lines, and the range of each one without its line break.
    """
    lines = [
        json.dumps({"id": item_id(job, index), "url": url, **request.task_fields}, separators=(",", ":")).encode()
        for index, url in enumerate(request.urls)
    ]
    ranges, offset = [], 0
    for line in lines:
        ranges.append((offset, len(line)))
        offset += len(line) + 1
    return b"".join(line + b"\n" for line in lines), ranges


def result_name(index: int) -> str:
    """Return the name of the object that stores the result of an item."""
    return f"{RESULTS_FOLDER}/{index:06d}.json"


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a job, as the Map state passes it to each call.

    Attributes:
        job: Name of the job.
        index: Index in the list, from 0.
        byte_range: Where the items object contains the item's task.
    """

    job: str
    index: int
    byte_range: ByteRange

    @classmethod
    def from_event(cls, event: object) -> "Item | None":
        """Return the item that an event describes, or None if the event is a direct call.

        Raises:
            RequestError: The job's name is invalid.
            TypeError: The range or the index has a wrong type.
            ValueError: The range or the index has a wrong value.
        """
        if not isinstance(event, Mapping) or "job" not in event:
            return None
        offset, length = event["byte_range"]
        return cls(check_job_name(event["job"]), int(event["index"]), (int(offset), int(length)))

    @property
    def id(self) -> str:
        """The id of the item's task."""
        return item_id(self.job, self.index)

    def load_fields(self, store: JobStore) -> Any:
        """Return the fields of the item's task, not yet checked."""
        return json.loads(store.get(self.job, ITEMS, self.byte_range))

    def save_result(self, store: JobStore, result: Prediction | Rejection) -> str:
        """Store the result for the state Reduce, and return its kind, "predicted" or "rejected"."""
        store.put(self.job, result_name(self.index), to_json(result).encode())
        return "rejected" if isinstance(result, Rejection) else "predicted"
