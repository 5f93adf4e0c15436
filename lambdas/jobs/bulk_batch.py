"""A batch of a list in S3: its lines, its results, and where those are kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inference.messages import Rejection, Task
from jobs import bulk_lines, names, records
from jobs.refusal import Refusal
from jobs.request import Request
from jobs.store import PIECES, REQUEST, Missing, Store


@dataclass(frozen=True, slots=True)
class Batch:
    """Some lines of a job's list, each with its index there."""

    job: str
    lines: Sequence[tuple[int, Any]]

    @classmethod
    def read(cls, event: Mapping[str, Any]) -> "Batch":
        """The batch that the Distributed Map gives to one call. Raises Refusal."""
        found = bulk_lines.numbered(event["Items"])
        if not found:
            raise Refusal(400, "The batch has no items; start the map with a list that has some.")
        return cls(names.check(event["BatchInput"]["job"]), found)

    @property
    def name(self) -> str:
        """Where the results are kept: the same for each call with this batch, so that the last one's stay."""
        return f"{PIECES}/{self.lines[0][0]:012d}.jsonl"

    def tasks(self, store: Store) -> list[Task | Rejection]:
        """What each line asks for."""
        try:
            request = Request.from_json(store.get(self.job, REQUEST))
        except Missing:  # an execution that was started by hand
            request = Request()
        return [bulk_lines.read(line, self.job, index, request) for index, line in self.lines]

    def keep(self, store: Store, made: Sequence[records.Record]) -> dict[str, Any]:
        """Write one record a line; how many there are of each kind, and their address."""
        address = store.put(self.job, self.name, records.to_lines(made))
        return {**records.counts(records.count(made)), "results": address}

    def give_up(self, store: Store, error: str) -> dict[str, int]:
        """The counts of a batch whose calls all failed: of what it wrote after all, else of an error item a line."""
        try:
            made = records.from_lines(store.get(self.job, self.name))
        except Missing:
            made = [records.error_item(task.id, task.url, error) for task in self.tasks(store)]
            self.keep(store, made)
        return records.counts(records.count(made))
