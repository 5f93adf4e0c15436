"""The results of a job's items, joined in the order of the request."""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from jobs import records
from jobs.items import result_name
from jobs.records import Record
from jobs.store import ITEMS, RESULTS, Missing, Store

# As many as the S3 client keeps connections.
CONCURRENT_READS = 16


def gather(store: Store, job: str, outcomes: Sequence[Any]) -> dict[str, Any]:
    """Join what was written into one object, and tell its address and how many items there are of each kind.

    An outcome is what the Map said of an item: a word, or {"error": name}. The written result counts, whatever the
    outcome: a function may die after it has written. Raises StoreUnavailableError, and ValueError for a wrong number.
    """
    tasks = [json.loads(line) for line in store.get(job, ITEMS).splitlines()]
    if len(tasks) != len(outcomes):
        raise ValueError(f"Job {job} has {len(tasks)} items, and {len(outcomes)} outcomes were given.")

    def read(index: int) -> Record:
        try:
            record: Record = json.loads(store.get(job, result_name(index)))
        except Missing:
            return records.error_item(tasks[index]["id"], tasks[index]["url"], _error(outcomes[index]))
        return record

    with ThreadPoolExecutor(CONCURRENT_READS, thread_name_prefix="read") as pool:
        found = list(pool.map(read, range(len(tasks))))
    address = store.put(job, RESULTS, records.to_lines(found))
    return {"job": job, "items": len(found), **records.counts(records.count(found)), "results": address}


def _error(outcome: object) -> str:
    return str(outcome["error"]) if isinstance(outcome, dict) and outcome.get("error") else "ResultMissing"
