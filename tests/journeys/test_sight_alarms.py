"""Every alarm goes off when its condition holds, and is told to the topic."""

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
from tests.support.journeys.alarms import Alarms
from tests.support.journeys.documented import METRICS
from tests.support.journeys.faults import without_capacity, without_policy
from tests.support.journeys.http_sites import FOREVER, Outside
from tests.support.journeys.jobs import Jobs
from tests.support.journeys.pipeline import Pipeline
from tests.support.terraform_root import Root

RUNBOOK = (Path(__file__).parents[2] / "docs" / "runbook.md").read_text()
NONSENSE = b'{"job": "none"}'  # for every function but worker and start, which can make something of it
ONCE = Config(retries={"total_max_attempts": 1})
# Four hours, a day and nearly five minutes are too long to wait for here: these are held against what AWS documents.
TOO_LONG_TO_WAIT = {"workflow_timed_out", "bulk_timed_out", "oldest_image"}


@pytest.fixture(scope="module")
def alarms(stack: Root) -> Alarms:
    return Alarms(stack.outputs())


@pytest.fixture(scope="module")
def jobs(stack: Root, cloud: LocalCloud) -> Jobs:
    return Jobs(stack.outputs(), cloud)


@pytest.fixture(scope="module")
def hopeless(alarms: Alarms, pipeline: Pipeline, jobs: Jobs, outside: Outside) -> str:
    """An address that never answers, sent to the queue and in a list of either kind: half a minute until all fail."""
    assert alarms.names
    address = outside.trouble("/hopeless.png", failures=FOREVER)
    pipeline.send([{"id": "hopeless", "url": address}])
    jobs.start({"urls": [address]})
    jobs.start({"source": _listed("hopeless", address)})
    return address


def _listed(name: str, address: str) -> str:
    """A list of this one address, in S3."""
    line = json.dumps({"url": address}) + "\n"
    boto3.client("s3").put_object(Bucket="holiday-photos", Key=f"{name}.jsonl", Body=line.encode())
    return f"s3://holiday-photos/{name}.jsonl"


def test_every_function_that_breaks_is_told_and_so_is_the_api(
    alarms: Alarms,
    pipeline: Pipeline,
    jobs: Jobs,
    outside: Outside,
    scans: list[Digit],
    hopeless: str,
) -> None:
    assert hopeless
    client = boto3.client("lambda")
    functions = dict(pipeline.outputs["functions"])
    worker, start = functions.pop("worker"), functions.pop("start")
    for purpose, name in functions.items():
        threshold = alarms.told()[f"{purpose}_errors"]["Threshold"]
        for _ in range(2 * (int(threshold) + 1) if threshold else 1):  # twice, lest a minute ends in between
            reply = client.invoke(FunctionName=f"{name}:live", Payload=NONSENSE)
            assert reply["FunctionError"], f"{purpose} does not mind"
    with without_policy(start, "JOBS"):
        assert jobs.post(["https://example.com/"]).status == 500
    pipeline.send([{"id": "killed", "url": outside.trouble("/killed.png", like=scans[0].path, seconds=5)}])
    outside.wait_until_asked("/killed.png")
    assert pipeline.kill_workers(), f"{worker} did not run"
    alarms.hear([*(f"{purpose}_errors" for purpose in pipeline.outputs["functions"]), "api_errors"])


def test_every_function_that_may_not_run_is_told(alarms: Alarms, pipeline: Pipeline) -> None:
    client = boto3.client("lambda", config=ONCE)
    for name in pipeline.outputs["functions"].values():
        with without_capacity(name), pytest.raises(ClientError, match="TooManyRequests"):
            client.invoke(FunctionName=f"{name}:live", Payload=b"{}")
    alarms.hear([f"{purpose}_throttles" for purpose in pipeline.outputs["functions"]])


def test_jobs_that_fail_or_are_stopped_are_told(alarms: Alarms, jobs: Jobs, outside: Outside) -> None:
    states = boto3.client("stepfunctions")
    address = outside.trouble("/asleep.png", seconds=8)
    running = {"workflow": jobs.start({"urls": [address]}), "bulk": jobs.start({"source": _listed("asleep", address)})}
    for machine, job in running.items():
        states.start_execution(stateMachineArn=jobs.outputs[machine], input="{}")
        states.stop_execution(executionArn=f"{jobs.outputs[machine].replace(':stateMachine:', ':execution:')}:{job}")
    alarms.hear([f"{machine}_{ending}" for machine in running for ending in ("failed", "aborted")])


def test_images_that_fail_for_good_are_told(alarms: Alarms, pipeline: Pipeline, hopeless: str) -> None:
    assert hopeless
    try:
        alarms.hear(["dead_letters", "workflow_failed_items", "bulk_failed_items"], within=120)
    finally:
        boto3.client("sqs").purge_queue(QueueUrl=pipeline.outputs["dead_letters"])
    assert "docs/runbook.md#dead-letters" in alarms.heard["dead_letters"]


def test_no_alarm_was_forgotten(alarms: Alarms) -> None:
    assert alarms.heard.keys() | TOO_LONG_TO_WAIT == alarms.names.keys()


def test_every_alarm_watches_what_aws_documents_and_tells_both_ways(alarms: Alarms, stack: Root) -> None:
    outputs = stack.outputs()
    there = {*outputs["functions"].values(), outputs["jobs"]["workflow"], outputs["jobs"]["bulk"]}
    there |= {outputs[queue].rpartition("/")[2] for queue in ("images", "dead_letters")}
    there |= {api["ApiId"] for api in boto3.client("apigatewayv2").get_apis()["Items"]}
    for alarm in alarms.told().values():
        dimensions, statistic, _ = METRICS[alarm["Namespace"], alarm["MetricName"]]
        assert ({each["Name"] for each in alarm["Dimensions"]}, alarm["Statistic"]) == (dimensions, statistic)
        assert {each["Value"] for each in alarm["Dimensions"]} <= there
        assert alarm["AlarmActions"] == alarm["OKActions"] == [alarms.topic]
        assert (alarm["TreatMissingData"], alarm["Period"]) == ("notBreaching", 60)


def test_thresholds_follow_from_the_sizes_that_a_person_chose(alarms: Alarms) -> None:
    above = {watched: alarm["Threshold"] for watched, alarm in alarms.told().items() if alarm["Threshold"]}
    waits = [max(6 * 10, 2 * 2**attempt) for attempt in range(4)]  # worker: timeout 10, retry_seconds 2, attempts 5
    assert above == {"oldest_image": sum(waits) + 5 * 10, "classify_errors": 8 * 5}  # jobs.concurrency 8, 5 tries each


def test_an_image_that_waits_grows_older_in_the_metric_that_is_watched(
    alarms: Alarms, pipeline: Pipeline, outside: Outside, scans: list[Digit]
) -> None:
    """The alarm itself takes nearly five minutes; another on the same metric, at two seconds, goes off."""
    alarm = alarms.told()["oldest_image"]
    cloudwatch = boto3.client("cloudwatch")
    same = {name: alarm[name] for name in ("Namespace", "MetricName", "Dimensions", "Statistic", "Period")}
    cloudwatch.put_metric_alarm(
        AlarmName="older-than-two-seconds",
        EvaluationPeriods=1,
        Threshold=2,
        ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="notBreaching",
        **same,
    )
    pipeline.send([{"id": "awhile", "url": outside.trouble("/awhile.png", like=scans[0].path, seconds=6)}])
    end = monotonic() + 30
    while monotonic() < end:
        (found,) = cloudwatch.describe_alarms(AlarmNames=["older-than-two-seconds"])["MetricAlarms"]
        if found["StateValue"] == "ALARM":
            break
        sleep(0.2)
    cloudwatch.delete_alarms(AlarmNames=["older-than-two-seconds"])
    assert found["StateValue"] == "ALARM"
    pipeline.answers(["awhile"])


def test_every_alarm_has_its_section_in_the_runbook_and_every_section_its_alarm(alarms: Alarms) -> None:
    sections = {heading.lower().replace(" ", "-") for heading in re.findall(r"^## (.+)$", RUNBOOK, re.MULTILINE)}
    named = {
        re.findall(r"docs/runbook\.md#([a-z-]+)$", alarm["AlarmDescription"])[0] for alarm in alarms.told().values()
    }
    assert named == sections


def test_every_line_of_the_dashboard_is_published(stack: Root) -> None:
    cloudwatch = boto3.client("cloudwatch")
    body = json.loads(cloudwatch.get_dashboard(DashboardName=stack.outputs()["dashboard"])["DashboardBody"])
    lines = [line for widget in body["widgets"] for line in widget["properties"].get("metrics", ()) if len(line) > 1]
    shown = {(space, name, tuple(sorted(of[:-1:2]))) for space, name, *of in lines}
    published = {
        (metric["Namespace"], metric["MetricName"], tuple(sorted(each["Name"] for each in metric["Dimensions"])))
        for page in cloudwatch.get_paginator("list_metrics").paginate()
        for metric in page["Metrics"]
    }
    assert {name for _, name, _ in shown - published} <= {"ModelErrors", "ExecutionsTimedOut"}  # neither has happened
