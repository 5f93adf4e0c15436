"""The summary of a list in S3."""

import json
from collections.abc import Callable
from types import ModuleType

from jobs.store import JobStore
from tests.lambdas.handlers.conftest import Context
from tests.support.lambdas.http_server import HttpServer

Load = Callable[..., ModuleType]


def test_summary_adds_up_the_batches(load: Load, site: HttpServer, store: JobStore, job: str) -> None:
    batch = load("bulk_classify")
    inputs = [
        {"BatchInput": {"job": job}, "Items": [{"index": first + n, "line": site.url(f"/{n}")} for n in range(3)]}
        for first in (0, 3)
    ]
    executions = [
        {"Input": json.dumps(payload), "Output": json.dumps(batch.handler(payload, Context())), "Status": "SUCCEEDED"}
        for payload in inputs
    ]
    store.put(job, "manifest/run/SUCCEEDED_0.json", json.dumps(executions).encode())
    files = {"FAILED": [], "PENDING": [], "SUCCEEDED": [{"Key": store.key(job, "manifest/run/SUCCEEDED_0.json")}]}
    store.put(job, "manifest/run/manifest.json", json.dumps({"ResultFiles": files}).encode())
    written = {"Bucket": store.bucket, "Key": store.key(job, "manifest/run/manifest.json")}
    summary = load("bulk_reduce").handler({"job": job, "manifest": written}, Context())
    assert [summary[name] for name in ("items", "predicted", "rejected", "failed")] == [6, 6, 0, 0]
