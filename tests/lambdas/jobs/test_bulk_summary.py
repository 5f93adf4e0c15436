"""The summary of a list in S3, from files in the form that Step Functions' ResultWriter writes."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from jobs.bulk_summary import summarize_bulk_job
from jobs.store import SUMMARY, JobStore
from tests.support.lambdas.document import load_schema


def make_execution(job: str, first: int, count: int, **changes: Any) -> dict[str, Any]:
    """Return a child execution with a batch of lines."""
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


def make_success(job: str, first: int, predicted: int, rejected: int, failed: int) -> dict[str, Any]:
    output = {"predicted": predicted, "rejected": rejected, "failed": failed, "results": "s3://..."}
    changes = {"Status": "SUCCEEDED", "Output": json.dumps(output), "OutputDetails": {"Included": True}}
    return make_execution(job, first, predicted + rejected + failed, **changes)


def write_manifest(store: JobStore, job: str, **files: list[list[dict[str, Any]]]) -> str:
    """Write the files of a map run and return the key of its manifest."""
    listed: dict[str, list[dict[str, Any]]] = {"FAILED": [], "PENDING": [], "SUCCEEDED": []}
    for status, contents in files.items():
        for number, content in enumerate(contents):
            name = f"manifest/run/{status}_{number}.json"
            store.put(job, name, json.dumps(content).encode())
            listed[status].append({"Key": store.key(job, name), "Size": len(json.dumps(content))})
    manifest = {"DestinationBucket": store.bucket, "MapRunArn": "arn:...", "ResultFiles": listed}
    store.put(job, "manifest/run/manifest.json", json.dumps(manifest).encode())
    return store.key(job, "manifest/run/manifest.json")


def test_summary_adds_up_all_batches(store: JobStore, job: str) -> None:
    batches = [make_success(job, 100 * n, 97, 2, 1) for n in range(500)]
    key = write_manifest(store, job, SUCCEEDED=[batches[:400], batches[400:]])
    summary = summarize_bulk_job(store, job, key)
    assert summary == {
        "job": job,
        "items": 50_000,
        "predicted": 48_500,
        "rejected": 1_000,
        "failed": 500,
        "results": f"s3://lambdas-jobs/jobs/{job}/results/",
    }
    assert json.loads(store.get(job, SUMMARY)) == summary


def test_failed_batch_has_error_item_per_line(store: JobStore, job: str) -> None:
    failed = make_execution(job, 10, 3, Status="FAILED", Error="ModelError", Cause="long")
    aborted = make_execution(job, 20, 2, Status="ABORTED")
    key = write_manifest(
        store, job, SUCCEEDED=[[make_success(job, 0, 10, 0, 0)]], FAILED=[[failed]], PENDING=[[aborted]]
    )
    summary = summarize_bulk_job(store, job, key)
    assert [summary[kind] for kind in ("items", "predicted", "rejected", "failed")] == [15, 10, 0, 5]
    error_items = [json.loads(line) for line in store.get(job, "results/000000000010.jsonl").splitlines()]
    assert [(item["id"], item["url"], item["error"]["code"]) for item in error_items] == [
        (f"{job}/{index}", f"s3://b/{index}.jpg", "model_error") for index in (10, 11, 12)
    ]
    for item in error_items:
        Draft202012Validator(load_schema("error_item")).validate(item)
    assert store.get(job, "results/000000000020.jsonl").count(b"States.Aborted") == 2


def test_failed_batch_with_stored_records_keeps_them(store: JobStore, job: str) -> None:
    lines = b'{"id": "a", "url": "u", "labels": []}\n{"id": "b", "url": "u", "rejection": {}}\n'
    store.put(job, "results/000000000010.jsonl", lines)
    key = write_manifest(store, job, FAILED=[[make_execution(job, 10, 2, Status="FAILED", Error="Sandbox.Timedout")]])
    summary = summarize_bulk_job(store, job, key)
    assert [summary[kind] for kind in ("items", "predicted", "rejected", "failed")] == [2, 1, 1, 0]
    assert store.get(job, "results/000000000010.jsonl") == lines


def test_manifest_in_another_folder_is_refused(store: JobStore, job: str) -> None:
    with pytest.raises(ValueError, match="ResultWriter"):
        summarize_bulk_job(store, job, "jobs/another/manifest.json")
