"""What a distributed map leaves behind, in the form that Step Functions writes it."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from jobs.bulk_summary import tally
from jobs.store import SUMMARY, Store
from tests.support.lambdas.document import schemas


def execution(job: str, first: int, count: int, **changes: Any) -> dict[str, Any]:
    """A child execution with a batch of lines."""
    items = [{"index": index, "line": {"url": f"s3://b/{index}.jpg"}} for index in range(first, first + count)]
    return {
        "ExecutionArn": f"arn:aws:states:eu-central-1:000000000000:execution:bulk/Lines:{first}",
        "Input": json.dumps({"BatchInput": {"job": job}, "Items": items}),
        "InputDetails": {"Included": True},
        "Name": str(first),
        "StartDate": "2026-01-01T00:00:00.000Z",
        "StopDate": "2026-01-01T00:00:01.000Z",
        **changes,
    }


def succeeded(job: str, first: int, predicted: int, rejected: int, failed: int) -> dict[str, Any]:
    output = {"predicted": predicted, "rejected": rejected, "failed": failed, "results": "s3://..."}
    changes = {"Status": "SUCCEEDED", "Output": json.dumps(output), "OutputDetails": {"Included": True}}
    return execution(job, first, predicted + rejected + failed, **changes)


def written(store: Store, job: str, **files: list[list[dict[str, Any]]]) -> str:
    """The key of the manifest of a map run, whose files of executions are written too."""
    listed: dict[str, list[dict[str, Any]]] = {"FAILED": [], "PENDING": [], "SUCCEEDED": []}
    for status, contents in files.items():
        for number, content in enumerate(contents):
            name = f"manifest/run/{status}_{number}.json"
            store.put(job, name, json.dumps(content).encode())
            listed[status].append({"Key": store.key(job, name), "Size": len(json.dumps(content))})
    manifest = {"DestinationBucket": store.bucket, "MapRunArn": "arn:...", "ResultFiles": listed}
    store.put(job, "manifest/run/manifest.json", json.dumps(manifest).encode())
    return store.key(job, "manifest/run/manifest.json")


def test_the_counts_of_all_batches_add_up(store: Store, job: str) -> None:
    batches = [succeeded(job, 100 * n, 97, 2, 1) for n in range(500)]
    key = written(store, job, SUCCEEDED=[batches[:400], batches[400:]])
    summary = tally(store, job, key)
    assert summary == {
        "job": job,
        "items": 50_000,
        "predicted": 48_500,
        "rejected": 1_000,
        "failed": 500,
        "results": f"s3://lambdas-jobs/jobs/{job}/results/",
    }
    assert json.loads(store.get(job, SUMMARY)) == summary


def test_each_line_of_a_batch_that_failed_is_an_error_item(store: Store, job: str) -> None:
    failed = execution(job, 10, 3, Status="FAILED", Error="ModelError", Cause="long")
    aborted = execution(job, 20, 2, Status="ABORTED")
    key = written(store, job, SUCCEEDED=[[succeeded(job, 0, 10, 0, 0)]], FAILED=[[failed]], PENDING=[[aborted]])
    summary = tally(store, job, key)
    assert [summary[kind] for kind in ("items", "predicted", "rejected", "failed")] == [15, 10, 0, 5]
    found = [json.loads(line) for line in store.get(job, "results/000000000010.jsonl").splitlines()]
    assert [(item["id"], item["url"], item["error"]["code"]) for item in found] == [
        (f"{job}/{index}", f"s3://b/{index}.jpg", "ModelError") for index in (10, 11, 12)
    ]
    for item in found:
        Draft202012Validator(schemas("jobs")["error_item"]).validate(item)
    assert store.get(job, "results/000000000020.jsonl").count(b"States.Aborted") == 2


def test_a_batch_that_died_after_it_had_written_has_answered(store: Store, job: str) -> None:
    lines = b'{"id": "a", "url": "u", "labels": []}\n{"id": "b", "url": "u", "rejection": {}}\n'
    store.put(job, "results/000000000010.jsonl", lines)
    key = written(store, job, FAILED=[[execution(job, 10, 2, Status="FAILED", Error="Sandbox.Timedout")]])
    summary = tally(store, job, key)
    assert [summary[kind] for kind in ("items", "predicted", "rejected", "failed")] == [2, 1, 1, 0]
    assert store.get(job, "results/000000000010.jsonl") == lines


def test_a_manifest_that_lies_elsewhere_is_refused(store: Store, job: str) -> None:
    with pytest.raises(ValueError, match="ResultWriter"):
        tally(store, job, "jobs/another/manifest.json")
