"""A batch of lines of a list in S3: from the event of the Distributed Map to the stored records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inference.messages import Rejection, Task, parse_task_fields
from jobs.errors import ObjectNotFoundError, RequestError
from jobs.names import check_job_name, item_id
from jobs.records import Record, count_kinds, error_item, from_json_lines, select_counts, to_json_lines
from jobs.request import JobRequest
from jobs.store import REQUEST, RESULTS_FOLDER, JobStore

_FIELDS = ("url", "id", "top", "model")

# Spreadsheets put a byte order mark before the name of the first column.
_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Batch:
    """Some lines of the list of a job, each with its index in the list."""

    job: str
    lines: Sequence[tuple[int, Any]]

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> "Batch":
        """Return the batch that the Distributed Map passes to a call.

        Raises:
            RequestError: The batch has no items, or they have no index.
        """
        lines = parse_items(event["Items"])
        if not lines:
            raise RequestError(400, "The batch has no items: start the map with a list that has some.")
        return cls(check_job_name(event["BatchInput"]["job"]), lines)

    @property
    def name(self) -> str:
        """Name of the object with the records. Each call with the same batch writes the same object."""
        return f"{RESULTS_FOLDER}/{self.lines[0][0]:012d}.jsonl"

    def load_tasks(self, store: JobStore) -> list[Task | Rejection]:
        """Return the task of each line, or the rejection of a line that is not a valid task."""
        try:
            request = JobRequest.from_json(store.get(self.job, REQUEST))
        except ObjectNotFoundError:  # the execution was started by hand
            request = JobRequest()
        return [parse_line(line, self.job, index, request) for index, line in self.lines]

    def save_records(self, store: JobStore, records: Sequence[Record]) -> dict[str, Any]:
        """Store the records, and return the number of each kind and the address of the object."""
        address = store.put(self.job, self.name, to_json_lines(records))
        return {**select_counts(count_kinds(records)), "results": address}

    def save_failure(self, store: JobStore, error: str) -> dict[str, int]:
        """Store an error item for each line of a batch that failed at every attempt, unless a call stored records.

        Args:
            store: The jobs bucket.
            error: Name of the last error.

        Returns:
            The number of stored records of each kind.
        """
        try:
            records = from_json_lines(store.get(self.job, self.name))
        except ObjectNotFoundError:
            records = [error_item(task.id, task.url, error) for task in self.load_tasks(store)]
            self.save_records(store, records)
        return select_counts(count_kinds(records))


def parse_items(items: Sequence[Any]) -> list[tuple[int, Any]]:
    """Return the index in the list and the line of each item.

    Raises:
        RequestError: The map did not number the items.
    """
    try:
        return [(int(item["index"]), item["line"]) for item in items]
    except (TypeError, KeyError, ValueError):
        raise RequestError(
            400,
            'Each item of a batch must be {"index", "line"}: give the map the ItemSelector '
            '{"index.$": "$$.Map.Item.Index", "line.$": "$$.Map.Item.Value"}.',
        ) from None


def parse_line(line: object, job: str, index: int, request: JobRequest) -> Task | Rejection:
    """Return the task of a line, or a rejection if it is not a valid task.

    Args:
        line: An address, or an object or row with a url. Fields other than those of a task are ignored.
        job: Name of the job.
        index: Index of the line in the list.
        request: The job's request, with top and model for lines that have none.
    """
    fields = {"url": line} if isinstance(line, str) else line
    if isinstance(fields, Mapping):
        fields = request.task_fields | _select_fields(fields)
    return parse_task_fields(fields, item_id(job, index))


def _select_fields(line: Mapping[str, Any]) -> dict[str, Any]:
    """Empty fields count as absent, and digits as a number, because a row of CSV contains only text."""
    named = {name.removeprefix(_BYTE_ORDER_MARK).strip(): value for name, value in line.items()}
    fields = {name: named[name] for name in _FIELDS if named.get(name) not in (None, "")}
    top = fields.get("top")
    if isinstance(top, str) and top.strip().isdecimal() and len(top) < 10:
        fields["top"] = int(top)
    return fields
