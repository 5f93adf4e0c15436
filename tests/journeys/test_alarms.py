"""Each alarm goes off when its condition holds, and notifies the topic."""

import json
import re
from pathlib import Path
from time import monotonic, sleep

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from localcloud import LocalCloud
from sluice.demo.digits import Digit
from tests.support.journeys.alarms import AlarmSubscriber
from tests.support.journeys.documented_metrics import METRICS
from tests.support.journeys.fault_injection import without_concurrency, without_policy
from tests.support.journeys.image_site import ALWAYS, ImageSite
from tests.support.journeys.jobs import JobsClient
from tests.support.journeys.pipeline import Pipeline
from tests.support.terraform_root import Root

RUNBOOK = (Path(__file__).parents[2] / "docs" / "runbook.md").read_text()
INVALID_EVENT = b'{"job": "none"}'  # fails in every function except worker and start
NO_RETRIES = Config(retries={"total_max_attempts": 1})
# These need four hours, a day and nearly five minutes. Their definitions are compared with AWS's documentation instead.
TOO_SLOW_TO_TEST = {"workflow_timed_out", "bulk_timed_out", "oldest_image"}


@pytest.fixture(scope="module")
def alarms(stack: Root) -> AlarmSubscriber:
    return AlarmSubscriber(stack.outputs())


@pytest.fixture(scope="module")
def jobs(stack: Root, cloud: LocalCloud) -> JobsClient:
    return JobsClient(stack.outputs(), cloud)


@pytest.fixture(scope="module")
def failing_image(alarms: AlarmSubscriber, pipeline: Pipeline, jobs: JobsClient, site: ImageSite) -> str:
    """The URL of an image that always fails, sent to the queue and in both kinds of job; all fail after 30 seconds."""
    assert alarms.names
    url = site.add_fault("/failing.png", failures=ALWAYS)
    pipeline.send([{"id": "failing", "url": url}])
    jobs.submit({"urls": [url]})
    jobs.submit({"source": upload_list("failing", url)})
    return url


def upload_list(name: str, url: str) -> str:
    """Upload a list with one URL, and return the list's URL."""
    line = json.dumps({"url": url}) + "\n"
    boto3.client("s3").put_object(Bucket="holiday-photos", Key=f"{name}.jsonl", Body=line.encode())
    return f"s3://holiday-photos/{name}.jsonl"


def test_alarms_report_errors_of_functions_and_the_api(
    alarms: AlarmSubscriber,
    pipeline: Pipeline,
    jobs: JobsClient,
    site: ImageSite,
    digits: list[Digit],
    failing_image: str,
) -> None:
    assert failing_image
    client = boto3.client("lambda")
    functions = dict(pipeline.outputs["functions"])
    worker, start = functions.pop("worker"), functions.pop("start")
    for purpose, name in functions.items():
        threshold = alarms.describe_alarms()[f"{purpose}_errors"]["Threshold"]
        for _ in range(2 * (int(threshold) + 1) if threshold else 1):  # twice, because a period may end in between
            reply = client.invoke(FunctionName=f"{name}:live", Payload=INVALID_EVENT)
            assert reply["FunctionError"], f"{purpose} accepts {INVALID_EVENT!r}"
    with without_policy(start, "JOBS"):
        assert jobs.post(["https://example.com/"]).status == 500
    pipeline.send([{"id": "killed", "url": site.add_fault("/killed.png", copy_of=digits[0].path, delay=5)}])
    site.wait_for_request("/killed.png")
    assert pipeline.kill_workers(), f"{worker} was not running"
    alarms.wait_for_alarms([*(f"{purpose}_errors" for purpose in pipeline.outputs["functions"]), "api_errors"])


def test_alarms_report_throttled_functions(alarms: AlarmSubscriber, pipeline: Pipeline) -> None:
    client = boto3.client("lambda", config=NO_RETRIES)
    for name in pipeline.outputs["functions"].values():
        with without_concurrency(name), pytest.raises(ClientError, match="TooManyRequests"):
            client.invoke(FunctionName=f"{name}:live", Payload=b"{}")
    alarms.wait_for_alarms([f"{purpose}_throttles" for purpose in pipeline.outputs["functions"]])


def test_alarms_report_failed_and_stopped_jobs(alarms: AlarmSubscriber, jobs: JobsClient, site: ImageSite) -> None:
    stepfunctions = boto3.client("stepfunctions")
    url = site.add_fault("/asleep.png", delay=8)
    running = {"workflow": jobs.submit({"urls": [url]}), "bulk": jobs.submit({"source": upload_list("asleep", url)})}
    for machine, job in running.items():
        arn = jobs.outputs[machine]
        stepfunctions.start_execution(stateMachineArn=arn, input="{}")
        stepfunctions.stop_execution(executionArn=f"{arn.replace(':stateMachine:', ':execution:')}:{job}")
    alarms.wait_for_alarms([f"{machine}_{status}" for machine in running for status in ("failed", "aborted")])


def test_alarms_report_dead_letters_and_failed_items(
    alarms: AlarmSubscriber, pipeline: Pipeline, failing_image: str
) -> None:
    assert failing_image
    try:
        alarms.wait_for_alarms(["dead_letters", "workflow_failed_items", "bulk_failed_items"], within=120)
    finally:
        boto3.client("sqs").purge_queue(QueueUrl=pipeline.outputs["dead_letters"])
    assert "docs/runbook.md#dead-letters" in alarms.notified["dead_letters"]


def test_alarms_are_all_covered_by_tests(alarms: AlarmSubscriber) -> None:
    assert alarms.notified.keys() | TOO_SLOW_TO_TEST == alarms.names.keys()


def test_alarms_watch_documented_metrics_and_notify_both_ways(alarms: AlarmSubscriber, stack: Root) -> None:
    outputs = stack.outputs()
    resources = {*outputs["functions"].values(), outputs["jobs"]["workflow"], outputs["jobs"]["bulk"]}
    resources |= {outputs[queue].rpartition("/")[2] for queue in ("images", "dead_letters")}
    resources |= {api["ApiId"] for api in boto3.client("apigatewayv2").get_apis()["Items"]}
    for alarm in alarms.describe_alarms().values():
        dimensions, statistic, _ = METRICS[alarm["Namespace"], alarm["MetricName"]]
        assert {dimension["Name"] for dimension in alarm["Dimensions"]} == dimensions
        assert {dimension["Value"] for dimension in alarm["Dimensions"]} <= resources
        assert alarm["Statistic"] == statistic
        assert alarm["AlarmActions"] == [alarms.topic]
        assert alarm["OKActions"] == [alarms.topic]
        assert alarm["TreatMissingData"] == "notBreaching"
        assert alarm["Period"] == 60


def test_alarm_thresholds_follow_from_the_settings(alarms: AlarmSubscriber) -> None:
    thresholds = {
        watched: alarm["Threshold"] for watched, alarm in alarms.describe_alarms().items() if alarm["Threshold"]
    }
    waits = [max(6 * 10, 2 * 2**attempt) for attempt in range(4)]  # worker: timeout 10, retry_seconds 2, 5 attempts
    assert thresholds.keys() == {"oldest_image", "classify_errors"}
    assert thresholds["oldest_image"] == sum(waits) + 5 * 10
    assert thresholds["classify_errors"] == 8 * 5  # jobs.concurrency 8, 5 attempts each


def test_oldest_image_metric_grows_while_image_waits(
    alarms: AlarmSubscriber, pipeline: Pipeline, site: ImageSite, digits: list[Digit]
) -> None:
    """The alarm needs nearly five minutes. Another alarm on the same metric, with a threshold of 2 s, goes off."""
    alarm = alarms.describe_alarms()["oldest_image"]
    cloudwatch = boto3.client("cloudwatch")
    metric = {name: alarm[name] for name in ("Namespace", "MetricName", "Dimensions", "Statistic", "Period")}
    cloudwatch.put_metric_alarm(
        AlarmName="older-than-two-seconds",
        EvaluationPeriods=1,
        Threshold=2,
        ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="notBreaching",
        **metric,
    )
    pipeline.send([{"id": "waiting", "url": site.add_fault("/waiting.png", copy_of=digits[0].path, delay=6)}])
    end = monotonic() + 30
    while monotonic() < end:
        (description,) = cloudwatch.describe_alarms(AlarmNames=["older-than-two-seconds"])["MetricAlarms"]
        if description["StateValue"] == "ALARM":
            break
        sleep(0.2)
    cloudwatch.delete_alarms(AlarmNames=["older-than-two-seconds"])
    assert description["StateValue"] == "ALARM"
    pipeline.receive_records(["waiting"])


def test_runbook_has_one_section_for_each_alarm(alarms: AlarmSubscriber) -> None:
    sections = {heading.lower().replace(" ", "-") for heading in re.findall(r"^## (.+)$", RUNBOOK, re.MULTILINE)}
    linked = {
        re.findall(r"docs/runbook\.md#([a-z-]+)$", alarm["AlarmDescription"])[0]
        for alarm in alarms.describe_alarms().values()
    }
    assert linked == sections


def test_dashboard_shows_published_metrics_only(stack: Root) -> None:
    cloudwatch = boto3.client("cloudwatch")
    body = json.loads(cloudwatch.get_dashboard(DashboardName=stack.outputs()["dashboard"])["DashboardBody"])
    lines = [line for widget in body["widgets"] for line in widget["properties"].get("metrics", ()) if len(line) > 1]
    shown = {(namespace, name, tuple(sorted(rest[:-1:2]))) for namespace, name, *rest in lines}
    published = {
        (metric["Namespace"], metric["MetricName"], tuple(sorted(each["Name"] for each in metric["Dimensions"])))
        for page in cloudwatch.get_paginator("list_metrics").paginate()
        for metric in page["Metrics"]
    }
    unpublished = {name for _, name, _ in shown - published}
    assert unpublished <= {"ModelErrors", "ExecutionsTimedOut"}  # no test causes these
