"""Jobs: a list is posted to the API, and each entry gets its result in the same place."""

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
from tests.support.journeys.image_site import ALWAYS, ImageSite
from tests.support.journeys.jobs import JobsClient
from tests.support.lambdas import document
from tests.support.terraform_root import Root


@pytest.fixture(scope="module")
def jobs(stack: Root, cloud: LocalCloud) -> JobsClient:
    return JobsClient(stack.outputs(), cloud)


def test_job_of_one_url_returns_its_label(jobs: JobsClient, digits: list[Digit], site: ImageSite) -> None:
    job = jobs.wait_until_finished(jobs.submit([site.url(digits[0].path)]))
    assert job["status"] == "succeeded"
    assert [result["labels"][0]["label"] for result in job["results"]] == [digits[0].label]


def test_job_of_100_urls_rejects_30_invalid(jobs: JobsClient, digits: list[Digit], site: ImageSite) -> None:
    site.files |= inputs.broken_files(digits[0])
    invalid = [
        url for url in (json.loads(task.body)["url"] for task in inputs.bad_inputs(site.server)) if isinstance(url, str)
    ]
    assert len(invalid) == 10
    valid = iter(digits)
    urls = [
        invalid[(3 * (n // 10) + n % 10 - 7) % 10] if n % 10 > 6 else site.url(next(valid).path) for n in range(100)
    ]
    job = jobs.wait_until_finished(jobs.submit({"urls": urls, "top": 2}))
    results = job["results"]
    assert job["status"] == "succeeded"
    assert [result["url"] for result in results] == urls
    predictions = [result for result in results if "labels" in result]
    rejections = [result for result in results if "rejection" in result]
    assert len(results) == 100
    assert len(predictions) == 70
    assert len(rejections) == 30
    assert {result["url"] for result in rejections} == set(invalid)
    assert all(len(result["labels"]) == 2 for result in predictions)
    for result in results:
        jsonschema.validate(result, document.load_schema("prediction" if "labels" in result else "rejection"))


def test_job_of_1000_urls_keeps_states_below_100_kb(jobs: JobsClient, digits: list[Digit], site: ImageSite) -> None:
    urls = [site.url(digits[n % len(digits)].path) + f"?n={n}" for n in range(1000)]
    job = jobs.submit(urls)
    results = jobs.wait_until_finished(job, within=240)["results"]
    assert [result["url"] for result in results] == urls
    correct = [result["labels"][0]["label"] == digits[n % len(digits)].label for n, result in enumerate(results)]
    assert sum(correct) / len(correct) > 0.97
    details = [value for event in jobs.list_events(job) for value in event.values() if isinstance(value, dict)]
    sizes = [len(detail[field].encode()) for detail in details for field in ("input", "output") if field in detail]
    assert len(sizes) > 2000
    assert max(sizes) < 100_000


def test_repeated_requests_with_one_name_run_one_job(jobs: JobsClient, digits: list[Digit], site: ImageSite) -> None:
    body = {"urls": [site.url(digit.path) for digit in digits[:3]], "name": "only-once"}
    with ThreadPoolExecutor(10) as pool:
        replies = list(pool.map(jobs.post, [body] * 10))
    assert {reply.status for reply in replies} == {202}
    assert {reply.body["id"] for reply in replies} == {"only-once"}
    jobs.wait_until_finished("only-once")
    assert jobs.post(body).status == 202
    executions = boto3.client("stepfunctions").list_executions(stateMachineArn=jobs.outputs["workflow"])["executions"]
    assert [execution["name"] for execution in executions].count("only-once") == 1
    conflict = jobs.post(body | {"top": 1})
    assert conflict.status == 409
    assert "only-once" in conflict.body["message"]


def test_job_retries_transient_errors_and_reports_permanent_ones(
    jobs: JobsClient, digits: list[Digit], site: ImageSite
) -> None:
    flaky = site.add_fault("/flaky.png", copy_of=digits[0].path, failures=2)
    broken = site.add_fault("/broken.png", failures=ALWAYS)
    urls = [flaky, site.url(digits[1].path), broken, site.url(digits[2].path)]
    job = jobs.wait_until_finished(jobs.submit(urls), within=120)
    retried, second, failed, fourth = job["results"]
    assert retried["labels"][0]["label"] == digits[0].label
    assert site.requests["/flaky.png"] == 3
    assert failed["error"]["code"] == "source_unavailable"
    assert job["predicted"] == 3
    assert job["rejected"] == 0
    assert job["failed"] == 1
    assert second["labels"][0]["label"] == digits[1].label
    assert fourth["labels"][0]["label"] == digits[2].label


def test_unresponsive_host_delays_no_other_item(jobs: JobsClient, digits: list[Digit], site: ImageSite) -> None:
    urls = [site.add_fault("/silent.png", copy_of=digits[0].path, delay=60), site.url(digits[1].path)]
    start = monotonic()
    silent, other = jobs.wait_until_finished(jobs.submit(urls), within=180)["results"]
    assert silent["error"]["code"]
    assert other["labels"][0]["label"] == digits[1].label
    assert monotonic() - start < 180


def test_slow_images_are_fetched_concurrently(jobs: JobsClient, digits: list[Digit], site: ImageSite) -> None:
    urls = [site.add_fault(f"/slow{digit.path}", copy_of=digit.path, delay=1.5) for digit in digits[:12]]
    job = jobs.submit(urls)
    jobs.wait_until_finished(job)
    visits = jobs.list_visits(job)
    item_seconds = [visit.end - visit.start for visit in visits if visit.item is not None]
    (map_seconds,) = [visit.end - visit.start for visit in visits if visit.state == "Map"]
    assert len(item_seconds) == 12
    assert map_seconds < 0.5 * sum(item_seconds)


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({}, 400, "urls"),
        ([], 400, "empty"),
        ("https://example.org/cat.jpg", 400, "list"),
        (["https://example.org/cat.jpg", 7], 400, "1"),
        (["https://example.org/cat.jpg"] * 1001, 400, "1,000"),
        ({"urls": ["https://example.org/cat.jpg"], "colour": "red"}, 400, "colour"),
        ({"urls": ["https://example.org/cat.jpg"], "name": "has space"}, 400, "name"),
        ({"source": "s3://not-an-allowed-bucket/list.csv"}, 400, "not-an-allowed-bucket"),
    ],
)
def test_invalid_request_starts_no_job(jobs: JobsClient, body: object, status: int, message: str) -> None:
    stepfunctions = boto3.client("stepfunctions")
    before = len(stepfunctions.list_executions(stateMachineArn=jobs.outputs["workflow"])["executions"])
    reply = jobs.post(body)
    assert reply.status == status, reply
    assert message in reply.body["message"]
    assert len(stepfunctions.list_executions(stateMachineArn=jobs.outputs["workflow"])["executions"]) == before


def test_unknown_job_is_not_found(jobs: JobsClient) -> None:
    reply = jobs.get("no-such-job")
    assert reply.status == 404
    assert "no-such-job" in reply.body["message"]


def test_unsigned_request_is_forbidden(jobs: JobsClient, cloud: LocalCloud) -> None:
    request = AWSRequest("POST", f"{jobs.base_url}/jobs", data=b"[]").prepare()
    reply = URLLib3Session(verify=cloud.environment()["AWS_CA_BUNDLE"]).send(request)
    assert reply.status_code == 403


def test_bulk_job_of_2000_lines_records_each_once(jobs: JobsClient, digits: list[Digit], site: ImageSite) -> None:
    lines = [
        json.dumps({"url": site.url(digits[n % 599].path) if n % 20 else f"ftp://example.org/{n}", "id": f"n{n}"})
        for n in range(2000)
    ]
    s3 = boto3.client("s3")
    s3.put_object(Bucket="holiday-photos", Key="lists/many.jsonl", Body="\n".join(lines).encode())
    submitted = jobs.submit({"source": "s3://holiday-photos/lists/many.jsonl", "top": 1})
    job = jobs.wait_until_finished(submitted, within=240)
    assert job["status"] == "succeeded", job
    assert job["predicted"] == 1900
    assert job["rejected"] == 100
    assert job["failed"] == 0
    bucket, _, prefix = job["results"].removeprefix("s3://").partition("/")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    records = [
        json.loads(line)
        for page in pages
        for entry in page["Contents"]
        for line in s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read().splitlines()
    ]
    assert len(records) == 2000
    assert {record["id"] for record in records} == {f"n{n}" for n in range(2000)}
