"""Joins the results of a posted list in the order of the list."""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from jobs.errors import ObjectNotFoundError
from jobs.items import result_name
from jobs.records import RESULT_MISSING, Record, count_kinds, error_item, to_json_lines
from jobs.store import ITEMS, RESULTS, JobStore
from jobs.summary import summarize

# The number of connections that the S3 client keeps.
CONCURRENT_READS = 16


def gather_results(store: JobStore, job: str, outcomes: Sequence[Any]) -> dict[str, Any]:
    """Write the results of all items into one object, and return the job's summary.

    A stored result counts even if its item has an error, because a function may die after it has stored the result.

    Args:
        store: The jobs bucket.
        job: Name of the job.
        outcomes: The output of the Map state for each item: a kind, or {"error": name}.

    Raises:
        ValueError: The number of outcomes is not the number of items.
        StoreUnavailableError: The jobs bucket is unavailable.
    """
    tasks = [json.loads(line) for line in store.get(job, ITEMS).splitlines()]
    if len(tasks) != len(outcomes):
        raise ValueError(f"Job {job} has {len(tasks)} items but {len(outcomes)} outcomes.")

    def load_record(index: int) -> Record:
        try:
            record: Record = json.loads(store.get(job, result_name(index)))
        except ObjectNotFoundError:
            return error_item(tasks[index]["id"], tasks[index]["url"], _error_name(outcomes[index]))
        return record

    with ThreadPoolExecutor(CONCURRENT_READS, thread_name_prefix="read") as pool:
        records = list(pool.map(load_record, range(len(tasks))))
    address = store.put(job, RESULTS, to_json_lines(records))
    return summarize(job, count_kinds(records), address)


def _error_name(outcome: object) -> str:
    return str(outcome["error"]) if isinstance(outcome, dict) and outcome.get("error") else RESULT_MISSING
