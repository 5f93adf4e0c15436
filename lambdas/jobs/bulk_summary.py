"""The summary of a list in S3, from the files that the Distributed Map's ResultWriter wrote."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from jobs.bulk_batch import Batch
from jobs.json_stream import iterate_array
from jobs.records import select_counts
from jobs.store import RESULTS_FOLDER, SUMMARY, JobStore
from jobs.summary import summarize

# The error of a batch that was never run, for which ResultWriter writes none.
_NOT_RUN = "States.Aborted"


def summarize_bulk_job(store: JobStore, job: str, manifest_key: str) -> dict[str, Any]:
    """Store and return the summary of a list in S3, after storing error items for the batches that failed.

    Args:
        store: The jobs bucket.
        job: Name of the job.
        manifest_key: Key of the manifest that ResultWriter wrote.

    Raises:
        ObjectNotFoundError: A file of the manifest does not exist.
        StoreUnavailableError: The jobs bucket is unavailable.
        ValueError: A file is not in the job's folder.
    """
    files = json.loads(store.get(job, _object_name(store, job, manifest_key)))["ResultFiles"]
    counts: Counter[str] = Counter()
    for execution in _executions(store, job, files, "SUCCEEDED"):
        counts.update(select_counts(json.loads(execution["Output"])))
    for status in ("FAILED", "PENDING"):
        for execution in _executions(store, job, files, status):
            batch = Batch.from_event(json.loads(execution["Input"]))
            counts.update(batch.save_failure(store, execution.get("Error", _NOT_RUN)))
    summary = summarize(job, counts, store.address(job, f"{RESULTS_FOLDER}/"))
    store.put(job, SUMMARY, json.dumps(summary).encode())
    return summary


def _executions(store: JobStore, job: str, files: Mapping[str, Any], status: str) -> Iterator[Mapping[str, Any]]:
    """Streamed, because with their inputs they may not fit into memory."""
    for file in files.get(status, ()):
        yield from iterate_array(store.iterate(job, _object_name(store, job, file["Key"])))


def _object_name(store: JobStore, job: str, key: str) -> str:
    folder = store.key(job)
    if not key.startswith(folder):
        raise ValueError(f"{key} is not in the folder {folder}: let the map's ResultWriter write there.")
    return key.removeprefix(folder)
