"""Distributed Map: Step Functions Developer Guide, "ItemReader", "ItemBatcher", "ResultWriter", "IAM policies"."""

import json
from typing import Any

import pytest

from tests.support.localcloud.aws import Aws, Statement, allow, unique_name
from tests.support.localcloud.state_machines import (
    call_function,
    chain,
    create_machine,
    run_machine,
    start_execution,
    wait_for_end,
)

EXPORTS = ("PutObject", "GetObject", "ListMultipartUploadParts", "AbortMultipartUpload")
BATCH = """
def handler(event, context):
    if "bad" in event["Items"]:
        raise ValueError("a bad item")
    return {"count": len(event["Items"]), "first": event["Items"][0], "job": event["BatchInput"]["job"]}
"""


@pytest.fixture(scope="module")
def bucket(aws: Aws) -> str:
    name = unique_name("bucket")
    aws.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": aws.region})
    return name


@pytest.fixture(scope="module")
def batch(aws: Aws) -> str:
    """A function that counts the items of a batch, and fails for one that holds 'bad'."""
    return aws.create_function(BATCH)


def _map(state: dict[str, Any], **fields: Any) -> dict[str, Any]:
    mode = {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
    return chain(Map={"Type": "Map", "ItemProcessor": {**chain(Item=state), "ProcessorConfig": mode},
                      "Label": "Lines", "MaxConcurrency": 4, **fields})  # fmt: skip


def _reader(kind: str, **config: Any) -> dict[str, Any]:
    return {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": kind, **config},
            "Parameters": {"Bucket.$": "$.bucket", "Key.$": "$.key"}}  # fmt: skip


def _written(aws: Aws, bucket: str, key: str) -> Any:
    return json.load(aws.client("s3").get_object(Bucket=bucket, Key=key)["Body"])


@pytest.mark.parametrize(
    ("kind", "body", "config", "items"),
    [
        ("JSONL", '"a"\n{"b": "\u2028"}\n\n"c"', {}, ["a", {"b": "\u2028"}, "c"]),
        ("JSON", '["a", 2]', {}, ["a", 2]),
        ("CSV", 'url,top\r\na,1\r\n"b,\nc"\r\nd,3,4\r\n', {"CSVHeaderLocation": "FIRST_ROW"},
         [{"url": "a", "top": "1"}, {"url": "b,\nc", "top": ""}, {"url": "d", "top": "3"}]),
        ("JSONL", "1\n2\n3", {"MaxItems": 2}, [1, 2]),
    ],
)  # fmt: skip
def test_items_come_from_an_object(
    aws: Aws, bucket: str, kind: str, body: str, config: dict[str, Any], items: list[Any]
) -> None:
    """An item a child execution; without ResultWriter the outputs are the result, in the order of the items."""
    aws.client("s3").put_object(Bucket=bucket, Key="items", Body=body.encode())
    found = run_machine(
        aws, _map({"Type": "Pass"}, ItemReader=_reader(kind, **config)), {"bucket": bucket, "key": "items"}
    )
    assert found["output"] == items


@pytest.mark.parametrize(("kind", "body"), [("JSONL", "{"), ("JSON", '{"no": "array"}'), ("JSON", "")])
def test_an_object_that_is_none_fails_by_name(aws: Aws, bucket: str, kind: str, body: str) -> None:
    aws.client("s3").put_object(Bucket=bucket, Key="broken", Body=body.encode())
    definition = _map({"Type": "Pass"}, ItemReader=_reader(kind))
    assert run_machine(aws, definition, {"bucket": bucket, "key": "broken"})["error"] == "States.ItemReaderFailed"
    assert run_machine(aws, definition, {"bucket": bucket, "key": "lacking"})["error"] == "States.ItemReaderFailed"


def test_items_travel_in_batches_and_results_are_exported(aws: Aws, bucket: str, batch: str) -> None:
    """The result is {MapRunArn, ResultWriterDetails: {Bucket, Key}}; the manifest names files by status."""
    lines = [str(number) for number in range(25)]
    lines[13] = "bad"
    aws.client("s3").put_object(Bucket=bucket, Key="lines", Body="\n".join(map(json.dumps, lines)).encode())
    definition = _map(
        call_function(batch), ItemReader=_reader("JSONL"), ToleratedFailurePercentage=50,
        ItemBatcher={"MaxItemsPerBatch": 10, "BatchInput": {"job.$": "$.job"}},
        ResultWriter={"Resource": "arn:aws:states:::s3:putObject",
                      "Parameters": {"Bucket.$": "$.bucket", "Prefix.$": "States.Format('jobs/{}', $.job)"}},
    )  # fmt: skip
    execution = start_execution(aws, create_machine(aws, definition), {"bucket": bucket, "key": "lines", "job": "one"})
    result = wait_for_end(aws, execution)["output"]
    run_id = result["MapRunArn"].rsplit(":", 1)[-1]
    assert result["ResultWriterDetails"] == {"Bucket": bucket, "Key": f"jobs/one/{run_id}/manifest.json"}
    manifest = _written(aws, bucket, result["ResultWriterDetails"]["Key"])
    assert (manifest["DestinationBucket"], manifest["MapRunArn"]) == (bucket, result["MapRunArn"])
    assert manifest["ResultFiles"]["PENDING"] == []
    files = {status: files[0] for status, files in manifest["ResultFiles"].items() if files}
    assert files["SUCCEEDED"]["Key"] == f"jobs/one/{run_id}/SUCCEEDED_0.json"
    head = aws.client("s3").head_object(Bucket=bucket, Key=files["SUCCEEDED"]["Key"])
    assert head["ContentLength"] == files["SUCCEEDED"]["Size"]
    done = _written(aws, bucket, files["SUCCEEDED"]["Key"])
    assert [json.loads(child["Output"]) for child in done] == [
        {"count": 10, "first": "0", "job": "one"}, {"count": 5, "first": "20", "job": "one"},
    ]  # fmt: skip
    (failed,) = _written(aws, bucket, files["FAILED"]["Key"])
    assert (failed["Status"], failed["Error"], "Output" in failed) == ("FAILED", "ValueError", False)
    assert json.loads(failed["Input"])["Items"] == lines[10:20]
    shown = aws.client("stepfunctions").describe_map_run(mapRunArn=result["MapRunArn"])
    assert (shown["itemCounts"]["succeeded"], shown["itemCounts"]["failed"], shown["status"]) == (15, 10, "SUCCEEDED")


def test_a_batch_stays_below_its_size(aws: Aws, bucket: str) -> None:
    """MaxInputBytesPerBatch; and a batch is never larger than what a state may be given."""
    body = "\n".join(json.dumps("x" * 99) for _ in range(10))
    aws.client("s3").put_object(Bucket=bucket, Key="wide", Body=body.encode())
    batches = {"ItemBatcher": {"MaxInputBytesPerBatch": 350}}
    found = run_machine(
        aws, _map({"Type": "Pass"}, ItemReader=_reader("JSONL"), **batches), {"bucket": bucket, "key": "wide"}
    )
    assert [len(child["Items"]) for child in found["output"]] == [3, 3, 3, 1]
    large = "\n".join(json.dumps("x" * 100_000) for _ in range(3))
    aws.client("s3").put_object(Bucket=bucket, Key="large", Body=large.encode())
    counted = {"Type": "Pass", "Parameters": {"n.$": "States.ArrayLength($.Items)"}}
    definition = _map(counted, ItemReader=_reader("JSONL"), ItemBatcher={"MaxItemsPerBatch": 10})
    assert run_machine(aws, definition, {"bucket": bucket, "key": "large"})["output"] == [{"n": 2}, {"n": 1}]


def test_more_failures_than_tolerated_end_the_run(aws: Aws, bucket: str) -> None:
    """The Map Run is stopped: what had not begun is pending; the results are exported all the same."""
    aws.client("s3").put_object(Bucket=bucket, Key="many", Body="\n".join(map(str, range(20))).encode())
    writer = {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": bucket, "Prefix": "failed"}}
    definition = _map(
        {"Type": "Fail", "Error": "Bad"}, ItemReader=_reader("JSONL"), MaxConcurrency=1, ToleratedFailurePercentage=10,
        ResultWriter=writer,
    )  # fmt: skip
    found = run_machine(aws, definition, {"bucket": bucket, "key": "many"})
    assert found["error"] == "States.ExceedToleratedFailureThreshold"
    keys = [item["Key"] for item in aws.client("s3").list_objects_v2(Bucket=bucket, Prefix="failed/")["Contents"]]
    failed, pending = (
        _written(aws, bucket, next(key for key in keys if name in key)) for name in ("FAILED", "PENDING")
    )
    assert (len(failed), len(pending)) == (3, 17)


@pytest.mark.parametrize(
    ("lacking", "error"),
    [
        ("states:StartExecution", "States.Permissions"),
        ("s3:GetObject", "States.ItemReaderFailed"),
        ("s3:PutObject", "States.ResultWriterFailed"),
    ],
)
def test_all_is_done_under_the_role(aws: Aws, bucket: str, lacking: str, error: str) -> None:
    aws.client("s3").put_object(Bucket=bucket, Key="source/one", Body=b"1")
    writer = {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": bucket, "Prefix": "out"}}
    definition = _map({"Type": "Pass"}, ItemReader=_reader("JSONL"), ResultWriter=writer)
    granted: dict[str, Statement] = {
        "states:StartExecution": allow("states:StartExecution", on=f"arn:aws:states:{aws.region}:*:stateMachine:*"),
        "s3:GetObject": allow("s3:GetObject", on=f"arn:aws:s3:::{bucket}/source/*"),
        "s3:PutObject": allow(*(f"s3:{action}" for action in EXPORTS), on=f"arn:aws:s3:::{bucket}/out/*"),
    }
    given = {"bucket": bucket, "key": "source/one"}
    assert run_machine(aws, definition, given, *granted.values())["status"] == "SUCCEEDED"
    found = run_machine(aws, definition, given, *(statement for name, statement in granted.items() if name != lacking))
    assert (found["error"], lacking in found["cause"]) == (error, True)
