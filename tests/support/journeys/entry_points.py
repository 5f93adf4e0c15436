"""Every entry point of an image: the pipeline, a job, a list in S3, and a direct call of a function."""

import json
from collections.abc import Iterator
from typing import Any

import boto3

from tests.support.journeys.jobs import JobsClient
from tests.support.journeys.pipeline import Pipeline, Record

LISTS_BUCKET = "lists-of-images"
ALL_LABELS = 10


def classify_by_all(pipeline: Pipeline, jobs: JobsClient, urls: list[str], name: str) -> dict[str, Record]:
    """Classify each URL by every entry point, with all labels. One of ten messages of the pipeline is invalid.

    Args:
        pipeline: The pipeline to send to.
        jobs: The jobs API for the job and the list in S3.
        urls: The URLs of the images.
        name: The beginning of the ids.

    Returns:
        The records by entry point and URL, separated by a space.
    """
    records: dict[str, Record] = {}
    records |= {f"pipeline {url}": record for url, record in _send_to_pipeline(pipeline, urls, name)}
    records |= {f"job {record['url']}": record for record in _run_job(jobs, urls)}
    records |= {f"bulk {record['url']}": record for record in _run_bulk_job(jobs, urls, name)}
    records |= {f"direct {url}": _invoke(pipeline.outputs["functions"]["classify"], url) for url in urls}
    return records


def _send_to_pipeline(pipeline: Pipeline, urls: list[str], name: str) -> Iterator[tuple[str, Record]]:
    valid: list[dict[str, Any]] = [{"id": f"{name}-{n}", "url": url, "top": ALL_LABELS} for n, url in enumerate(urls)]
    invalid = [
        {"id": f"{name}-invalid-{n}", "url": "http://127.0.0.1:1/", "top": "many"} for n in range(len(valid) // 9)
    ]
    tasks = [*valid]
    for n, task in enumerate(invalid):
        tasks.insert(10 * n + 4, task)
    pipeline.send(tasks)
    records = pipeline.receive_records([task["id"] for task in tasks])
    assert all("rejection" in records[task["id"]] for task in invalid)
    for task in valid:
        yield task["url"], records[task["id"]]


def _run_job(jobs: JobsClient, urls: list[str]) -> list[Record]:
    job = jobs.submit({"urls": urls, "top": ALL_LABELS})
    records: list[Record] = jobs.wait_until_finished(job, within=120)["results"]
    return records


def _run_bulk_job(jobs: JobsClient, urls: list[str], name: str) -> Iterator[Record]:
    s3 = boto3.client("s3")
    lines = "".join(json.dumps({"url": url}) + "\n" for url in urls)
    s3.put_object(Bucket=LISTS_BUCKET, Key=f"{name}.jsonl", Body=lines.encode())
    job = jobs.submit({"source": f"s3://{LISTS_BUCKET}/{name}.jsonl", "top": ALL_LABELS})
    results = jobs.wait_until_finished(job, within=180)["results"]
    bucket, _, prefix = results.removeprefix("s3://").partition("/")
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for entry in page["Contents"]:
            yield from map(json.loads, s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read().splitlines())


def _invoke(function: str, url: str) -> Record:
    payload = json.dumps({"url": url, "top": ALL_LABELS}).encode()
    reply = boto3.client("lambda").invoke(FunctionName=f"{function}:live", Payload=payload)
    record: Record = json.loads(reply["Payload"].read())
    return record
