"""The telemetry of a single image: its trace from queue to result, and its lines in the logs."""

import json

import boto3
import pytest

from localcloud import LocalCloud
from sluice.demo.digits import Digit
from tests.support.journeys.image_site import ImageSite
from tests.support.journeys.jobs import JobsClient
from tests.support.journeys.pipeline import Pipeline
from tests.support.journeys.telemetry import (
    find_segments,
    find_traces,
    new_trace_id,
    receive_trace_header,
    run_saved_query,
)
from tests.support.terraform_root import Root


@pytest.fixture(scope="module")
def jobs(stack: Root, cloud: LocalCloud) -> JobsClient:
    return JobsClient(stack.outputs(), cloud)


def test_pipeline_image_has_one_trace(pipeline: Pipeline, site: ImageSite, digits: list[Digit]) -> None:
    sqs, trace = boto3.client("sqs"), new_trace_id()
    header = {"AWSTraceHeader": {"DataType": "String", "StringValue": f"Root={trace};Sampled=1"}}
    body = json.dumps({"id": "traced", "url": site.url(digits[2].path)})
    sqs.send_message(QueueUrl=pipeline.outputs["images"], MessageBody=body, MessageSystemAttributes=header)
    result_header = receive_trace_header(sqs, pipeline.outputs["predictions"], "traced")
    (segment,) = find_segments(trace, "traced")
    assert segment["name"] == pipeline.outputs["functions"]["worker"]
    assert [subsegment["name"] for subsegment in segment["subsegments"]] == ["fetch", "decode", "infer"]
    assert segment["annotations"]["outcome"] == "predicted"
    assert result_header == f"Root={trace};Parent={segment['id']};Sampled=1"


def test_job_item_trace_has_its_id(jobs: JobsClient, site: ImageSite, digits: list[Digit]) -> None:
    job = jobs.submit([site.url(digits[3].path)])
    jobs.wait_until_finished(job)
    (trace,) = find_traces(f'annotation.id = "{job}/0"')
    (segment,) = find_segments(trace["Id"], f"{job}/0")
    assert segment["annotations"]["outcome"] == "predicted"


def test_task_query_returns_all_attempts(pipeline: Pipeline, site: ImageSite, digits: list[Digit], stack: Root) -> None:
    url = site.add_fault("/retried-once.png", copy_of=digits[0].path, failures=1)
    pipeline.send([{"id": "queried", "url": url}])
    pipeline.receive_records(["queried"])
    retry, prediction = run_saved_query(stack.outputs()["queries"]["task"], "queried")
    assert retry["id"] == "queried"
    assert retry["message"] == "Retry scheduled"
    assert retry["code"] == "source_unavailable"
    assert prediction["id"] == "queried"
    assert prediction["message"] == "Predicted"
    assert prediction.get("code") is None


def test_saved_queries_all_return_rows(stack: Root, pipeline: Pipeline) -> None:
    pipeline.send([{"id": "refused", "url": "http://169.254.169.254/"}])
    pipeline.receive_records(["refused"])
    for purpose, name in stack.outputs()["queries"].items():
        assert run_saved_query(name, "refused"), f"the query {purpose} returns no rows"
