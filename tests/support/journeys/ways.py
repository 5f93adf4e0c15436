"""Every way in which an image gets its labels: the pipeline, a job, a list in S3, and a call by hand."""

import json
from collections.abc import Iterator
from typing import Any

import boto3

from tests.support.journeys.jobs import Jobs
from tests.support.journeys.pipeline import Pipeline, Record

LISTS = "lists-of-images"  # a bucket
ALL_LABELS = 10


def answers(pipeline: Pipeline, jobs: Jobs, addresses: list[str], name: str) -> dict[str, Record]:
    """The record of each address in each way, with all labels; `name` makes the ids.

    In the pipeline, one message of ten is poison.
    """
    found: dict[str, Record] = {}
    found |= {f"pipeline {url}": record for url, record in _pipeline(pipeline, addresses, name)}
    found |= {f"job {record['url']}": record for record in _job(jobs, addresses)}
    found |= {f"bulk {record['url']}": record for record in _bulk(jobs, addresses, name)}
    found |= {f"direct {url}": _direct(pipeline.outputs["functions"]["classify"], url) for url in addresses}
    return found


def _pipeline(pipeline: Pipeline, addresses: list[str], name: str) -> Iterator[tuple[str, Record]]:
    good: list[dict[str, Any]] = [
        {"id": f"{name}-{n}", "url": url, "top": ALL_LABELS} for n, url in enumerate(addresses)
    ]
    poison = [{"id": f"{name}-poison-{n}", "url": "http://127.0.0.1:1/", "top": "many"} for n in range(len(good) // 9)]
    tasks = [*good]
    for place, task in enumerate(poison):
        tasks.insert(10 * place + 4, task)
    pipeline.send(tasks)
    records = pipeline.answers([task["id"] for task in tasks])
    assert all("rejection" in records[task["id"]] for task in poison)
    for task in good:
        yield task["url"], records[task["id"]]


def _job(jobs: Jobs, addresses: list[str]) -> list[Record]:
    records: list[Record] = jobs.end(jobs.start({"urls": addresses, "top": ALL_LABELS}), within=120)["results"]
    return records


def _bulk(jobs: Jobs, addresses: list[str], name: str) -> Iterator[Record]:
    s3 = boto3.client("s3")
    lines = "".join(json.dumps({"url": url}) + "\n" for url in addresses)
    s3.put_object(Bucket=LISTS, Key=f"{name}.jsonl", Body=lines.encode())
    job = jobs.start({"source": f"s3://{LISTS}/{name}.jsonl", "top": ALL_LABELS})
    bucket, _, prefix = jobs.end(job, within=180)["results"].removeprefix("s3://").partition("/")
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for entry in page["Contents"]:
            yield from map(json.loads, s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read().splitlines())


def _direct(function: str, url: str) -> Record:
    payload = json.dumps({"url": url, "top": ALL_LABELS}).encode()
    reply = boto3.client("lambda").invoke(FunctionName=f"{function}:live", Payload=payload)
    record: Record = json.loads(reply["Payload"].read())
    return record
