"""What the batches of a list in S3 came to, summed up."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from jobs import records
from jobs.bulk_batch import Batch
from jobs.json_stream import elements
from jobs.store import PIECES, SUMMARY, Store

_NOT_RUN = "States.Aborted"


def tally(store: Store, job: str, manifest_key: str) -> dict[str, Any]:
    """Sum up what the map's ResultWriter wrote (its manifest lies at the key), store the sum and return it.

    Every line gets its record: those of a batch that failed become error items. Raises Missing, StoreUnavailableError.
    """
    files = json.loads(store.get(job, _name(store, job, manifest_key)))["ResultFiles"]
    counted: Counter[str] = Counter()
    for execution in _executions(store, job, files, "SUCCEEDED"):
        counted.update(records.counts(json.loads(execution["Output"])))
    for outcome in ("FAILED", "PENDING"):
        for execution in _executions(store, job, files, outcome):
            batch = Batch.read(json.loads(execution["Input"]))
            counted.update(batch.give_up(store, execution.get("Error", _NOT_RUN)))
    told = {"job": job, "items": counted.total(), **records.counts(counted)}
    summary = {**told, "results": store.address(job, f"{PIECES}/")}
    store.put(job, SUMMARY, json.dumps(summary).encode())
    return summary


def _executions(store: Store, job: str, files: Mapping[str, Any], outcome: str) -> Iterator[Mapping[str, Any]]:
    """The child executions that ended so, one by one: with their inputs they may be more than fits into memory."""
    for file in files.get(outcome, ()):
        yield from elements(store.blocks(job, _name(store, job, file["Key"])))


def _name(store: Store, job: str, key: str) -> str:
    """The name of an object in the job's folder."""
    folder = store.key(job)
    if not key.startswith(folder):
        raise ValueError(f"{key} does not lie in {folder}; let the map's ResultWriter write there.")
    return key.removeprefix(folder)
