"""What an ops team finds of a single image: one trace from queue to result, and every line of the log."""

import json

import boto3
import pytest

from localcloud import LocalCloud
from sluice.demo.digits import Digit
from tests.support.journeys.http_sites import Outside
from tests.support.journeys.jobs import Jobs
from tests.support.journeys.pipeline import Pipeline
from tests.support.journeys.telemetry import asked, new_trace, result_header, segments, summaries
from tests.support.terraform_root import Root


@pytest.fixture(scope="module")
def jobs(stack: Root, cloud: LocalCloud) -> Jobs:
    return Jobs(stack.outputs(), cloud)


def test_one_trace_leads_from_the_queue_to_the_result(pipeline: Pipeline, outside: Outside, scans: list[Digit]) -> None:
    sqs = boto3.client("sqs")
    header = {"AWSTraceHeader": {"DataType": "String", "StringValue": f"Root={(root := new_trace())};Sampled=1"}}
    body = json.dumps({"id": "traced", "url": outside.address(scans[2].path)})
    sqs.send_message(QueueUrl=pipeline.outputs["images"], MessageBody=body, MessageSystemAttributes=header)
    carried = result_header(sqs, pipeline.outputs["predictions"], "traced")
    (image,) = segments(root, "traced")
    assert image["name"] == pipeline.outputs["functions"]["worker"]
    assert [step["name"] for step in image["subsegments"]] == ["fetch", "decode", "infer"]
    assert image["annotations"]["outcome"] == "predicted"
    assert carried == f"Root={root};Parent={image['id']};Sampled=1"


def test_an_item_of_a_job_is_found_by_its_id(jobs: Jobs, outside: Outside, scans: list[Digit]) -> None:
    job = jobs.start([outside.address(scans[3].path)])
    jobs.end(job)
    (found,) = summaries(f'annotation.id = "{job}/0"')
    (item,) = segments(found["Id"], f"{job}/0")
    assert item["annotations"]["outcome"] == "predicted"


def test_the_saved_query_tells_all_of_one_task(
    pipeline: Pipeline, outside: Outside, scans: list[Digit], stack: Root
) -> None:
    pipeline.send([{"id": "asked-for", "url": outside.trouble("/moody-once.png", like=scans[0].path, failures=1)}])
    pipeline.answers(["asked-for"])
    rows = asked(stack.outputs()["queries"]["task"], "asked-for")
    assert [(row["message"], row.get("code")) for row in rows] == [
        ("Retry scheduled", "source_unavailable"),
        ("Predicted", None),
    ]
    assert {row["id"] for row in rows} == {"asked-for"}


def test_every_saved_query_finds_something(stack: Root, pipeline: Pipeline) -> None:
    pipeline.send([{"id": "refused", "url": "http://169.254.169.254/"}])
    pipeline.answers(["refused"])
    for told, name in stack.outputs()["queries"].items():
        assert asked(name, "refused"), f"{told} finds nothing"
