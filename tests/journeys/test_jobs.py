"""The workflow: a list goes in by HTTP, every entry is answered in its place."""

import json
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

import boto3
import jsonschema
import pytest
from botocore.awsrequest import AWSRequest
from botocore.httpsession import URLLib3Session

from localcloud import LocalCloud
from sluice.demo import inputs
from sluice.demo.digits import Digit
from tests.support.journeys.http_sites import FOREVER, Outside
from tests.support.journeys.jobs import Jobs
from tests.support.lambdas import document
from tests.support.terraform_root import Root


@pytest.fixture(scope="session")
def jobs(stack: Root, cloud: LocalCloud) -> Jobs:
    return Jobs(stack.outputs(), cloud)


def test_one_address_is_a_job(jobs: Jobs, scans: list[Digit], outside: Outside) -> None:
    answer = jobs.end(jobs.start([outside.address(scans[0].path)]))
    assert answer["status"] == "succeeded"
    assert [result["labels"][0]["label"] for result in answer["results"]] == [scans[0].label]


def test_a_hundred_addresses_thirty_of_them_bad(jobs: Jobs, scans: list[Digit], outside: Outside) -> None:
    outside.files |= inputs.broken_files(scans[0])
    bad = [
        url
        for url in (json.loads(task.body)["url"] for task in inputs.bad_inputs(outside.server))
        if isinstance(url, str)
    ]
    assert len(bad) == 10
    good = iter(scans)
    asked = [
        bad[(3 * (n // 10) + n % 10 - 7) % 10] if n % 10 > 6 else outside.address(next(good).path) for n in range(100)
    ]
    answer = jobs.end(jobs.start({"urls": asked, "top": 2}))
    results = answer["results"]
    assert answer["status"] == "succeeded"
    assert [result["url"] for result in results] == asked
    labelled = [result for result in results if "labels" in result]
    refused = [result for result in results if "rejection" in result]
    assert (len(results), len(labelled), len(refused)) == (100, 70, 30)
    assert {result["url"] for result in refused} == set(bad)
    assert all(len(result["labels"]) == 2 for result in labelled)
    for result in results:
        jsonschema.validate(result, document.load_schema("prediction" if "labels" in result else "rejection"))


def test_a_thousand_addresses_and_no_state_above_100_kb(jobs: Jobs, scans: list[Digit], outside: Outside) -> None:
    asked = [outside.address(scans[n % len(scans)].path) + f"?n={n}" for n in range(1000)]
    job = jobs.start(asked)
    results = jobs.end(job, within=240)["results"]
    assert [result["url"] for result in results] == asked
    right = [result["labels"][0]["label"] == scans[n % len(scans)].label for n, result in enumerate(results)]
    assert sum(right) / len(right) > 0.97
    details = [value for event in jobs.events(job) for value in event.values() if isinstance(value, dict)]
    carried = [len(detail[way].encode()) for detail in details for way in ("input", "output") if way in detail]
    assert len(carried) > 2000
    assert max(carried) < 100_000


def test_the_same_request_under_the_same_name_is_one_job(jobs: Jobs, scans: list[Digit], outside: Outside) -> None:
    body = {"urls": [outside.address(scan.path) for scan in scans[:3]], "name": "only-once"}
    with ThreadPoolExecutor(10) as pool:
        replies = list(pool.map(jobs.post, [body] * 10))
    assert {(reply.status, reply.body["id"]) for reply in replies} == {(202, "only-once")}
    jobs.end("only-once")
    assert jobs.post(body).status == 202
    listed = boto3.client("stepfunctions").list_executions(stateMachineArn=jobs.outputs["workflow"])["executions"]
    assert [run["name"] for run in listed].count("only-once") == 1
    other = jobs.post(body | {"top": 1})
    assert other.status == 409
    assert "only-once" in other.body["message"]


def test_passing_faults_are_tried_again_and_lasting_ones_end_as_an_error_item(
    jobs: Jobs, scans: list[Digit], outside: Outside
) -> None:
    flaky = outside.trouble("/flaky.png", like=scans[0].path, failures=2)
    broken = outside.trouble("/broken.png", failures=FOREVER)
    urls = [flaky, outside.address(scans[1].path), broken, outside.address(scans[2].path)]
    answer = jobs.end(jobs.start(urls), within=120)
    mended, fine, failed, fine_too = answer["results"]
    assert mended["labels"][0]["label"] == scans[0].label
    assert outside.asked["/flaky.png"] == 3
    assert failed["error"]["code"] == "source_unavailable"
    assert (answer["predicted"], answer["rejected"], answer["failed"]) == (3, 0, 1)
    assert [result["labels"][0]["label"] for result in (fine, fine_too)] == [scan.label for scan in scans[1:3]]


def test_a_host_that_never_answers_harms_no_other_item(jobs: Jobs, scans: list[Digit], outside: Outside) -> None:
    urls = [outside.trouble("/silent.png", like=scans[0].path, seconds=60), outside.address(scans[1].path)]
    began = monotonic()
    answer = jobs.end(jobs.start(urls), within=180)
    silent, fine = answer["results"]
    assert silent["error"]["code"]
    assert fine["labels"][0]["label"] == scans[1].label
    assert monotonic() - began < 180


def test_slow_images_are_waited_for_side_by_side(jobs: Jobs, scans: list[Digit], outside: Outside) -> None:
    urls = [outside.trouble(f"/slow{scan.path}", like=scan.path, seconds=1.5) for scan in scans[:12]]
    job = jobs.start(urls)
    jobs.end(job)
    spans = jobs.spans(job)
    items = [span.end - span.start for span in spans if span.item is not None]
    (wall,) = [span.end - span.start for span in spans if span.state == "Map"]
    assert len(items) == 12
    assert wall < 0.5 * sum(items)


@pytest.mark.parametrize(
    ("body", "status", "sentence"),
    [
        ({}, 400, "urls"),
        ([], 400, "empty"),
        ("https://example.org/cat.jpg", 400, "list"),
        (["https://example.org/cat.jpg", 7], 400, "1"),
        (["https://example.org/cat.jpg"] * 1001, 400, "1,000"),
        ({"urls": ["https://example.org/cat.jpg"], "colour": "red"}, 400, "colour"),
        ({"urls": ["https://example.org/cat.jpg"], "name": "has space"}, 400, "name"),
        ({"source": "s3://somebody-elses-bucket/list.csv"}, 400, "somebody-elses-bucket"),
    ],
)
def test_a_bad_body_starts_nothing(jobs: Jobs, body: object, status: int, sentence: str) -> None:
    states = boto3.client("stepfunctions")
    before = len(states.list_executions(stateMachineArn=jobs.outputs["workflow"])["executions"])
    reply = jobs.post(body)
    assert reply.status == status, reply
    assert sentence in reply.body["message"]
    assert len(states.list_executions(stateMachineArn=jobs.outputs["workflow"])["executions"]) == before


def test_a_job_that_nobody_started_is_not_found(jobs: Jobs) -> None:
    reply = jobs.get("no-such-job")
    assert reply.status == 404
    assert "no-such-job" in reply.body["message"]


def test_strangers_are_turned_away(jobs: Jobs, cloud: LocalCloud) -> None:
    request = AWSRequest("POST", f"{jobs.base}/jobs", data=b"[]").prepare()
    reply = URLLib3Session(verify=cloud.environment()["AWS_CA_BUNDLE"]).send(request)
    assert reply.status_code == 403


def test_two_thousand_lines_in_bulk(jobs: Jobs, scans: list[Digit], outside: Outside) -> None:
    lines = [
        json.dumps({"url": outside.address(scans[n % 599].path) if n % 20 else f"ftp://example.org/{n}", "id": f"n{n}"})
        for n in range(2000)
    ]
    s3 = boto3.client("s3")
    s3.put_object(Bucket="holiday-photos", Key="lists/many.jsonl", Body="\n".join(lines).encode())
    job = jobs.start({"source": "s3://holiday-photos/lists/many.jsonl", "top": 1})
    answer = jobs.end(job, within=240)
    assert answer["status"] == "succeeded", answer
    assert (answer["predicted"], answer["rejected"], answer["failed"]) == (1900, 100, 0)
    bucket, _, prefix = answer["results"].removeprefix("s3://").partition("/")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    records = [
        json.loads(line)
        for page in pages
        for entry in page["Contents"]
        for line in s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read().splitlines()
    ]
    assert len(records) == 2000
    assert {record["id"] for record in records} == {f"n{n}" for n in range(2000)}
