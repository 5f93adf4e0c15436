"""Distributed Map: Step Functions Developer Guide, "ItemReader", "ItemBatcher", "ResultWriter" and "IAM policies"."""

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

WRITE_ACTIONS = ("PutObject", "GetObject", "ListMultipartUploadParts", "AbortMultipartUpload")
COUNT_ITEMS = """
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
def count_batch(aws: Aws) -> str:
    """Return a function that counts the items of a batch, and fails if one of them is "bad"."""
    return aws.create_function(COUNT_ITEMS)


def distributed_map(state: dict[str, Any], **fields: Any) -> dict[str, Any]:
    mode = {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
    return chain(Map={"Type": "Map", "ItemProcessor": {**chain(Item=state), "ProcessorConfig": mode},
                      "Label": "Lines", "MaxConcurrency": 4, **fields})  # fmt: skip


def item_reader(kind: str, **config: Any) -> dict[str, Any]:
    return {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": kind, **config},
            "Parameters": {"Bucket.$": "$.bucket", "Key.$": "$.key"}}  # fmt: skip


def read_object(aws: Aws, bucket: str, key: str) -> Any:
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
def test_item_reader_reads_items_of_object(
    aws: Aws, bucket: str, kind: str, body: str, config: dict[str, Any], items: list[Any]
) -> None:
    """Each item has a child execution; without ResultWriter the result is their outputs, in the items' order."""
    aws.client("s3").put_object(Bucket=bucket, Key="items", Body=body.encode())
    definition = distributed_map({"Type": "Pass"}, ItemReader=item_reader(kind, **config))
    assert run_machine(aws, definition, {"bucket": bucket, "key": "items"})["output"] == items


@pytest.mark.parametrize(("kind", "body"), [("JSONL", "{"), ("JSON", '{"no": "array"}'), ("JSON", "")])
def test_item_reader_with_invalid_object_fails(aws: Aws, bucket: str, kind: str, body: str) -> None:
    aws.client("s3").put_object(Bucket=bucket, Key="broken", Body=body.encode())
    definition = distributed_map({"Type": "Pass"}, ItemReader=item_reader(kind))
    assert run_machine(aws, definition, {"bucket": bucket, "key": "broken"})["error"] == "States.ItemReaderFailed"
    assert run_machine(aws, definition, {"bucket": bucket, "key": "missing"})["error"] == "States.ItemReaderFailed"


def test_batches_run_and_results_are_exported(aws: Aws, bucket: str, count_batch: str) -> None:
    """The result is {MapRunArn, ResultWriterDetails: {Bucket, Key}}; the manifest names files by status."""
    lines = [str(number) for number in range(25)]
    lines[13] = "bad"
    aws.client("s3").put_object(Bucket=bucket, Key="lines", Body="\n".join(map(json.dumps, lines)).encode())
    definition = distributed_map(
        call_function(count_batch), ItemReader=item_reader("JSONL"), ToleratedFailurePercentage=50,
        ItemBatcher={"MaxItemsPerBatch": 10, "BatchInput": {"job.$": "$.job"}},
        ResultWriter={"Resource": "arn:aws:states:::s3:putObject",
                      "Parameters": {"Bucket.$": "$.bucket", "Prefix.$": "States.Format('jobs/{}', $.job)"}},
    )  # fmt: skip
    execution = start_execution(aws, create_machine(aws, definition), {"bucket": bucket, "key": "lines", "job": "one"})
    result = wait_for_end(aws, execution)["output"]
    run_id = result["MapRunArn"].rsplit(":", 1)[-1]
    assert result["ResultWriterDetails"] == {"Bucket": bucket, "Key": f"jobs/one/{run_id}/manifest.json"}
    manifest = read_object(aws, bucket, result["ResultWriterDetails"]["Key"])
    assert manifest["DestinationBucket"] == bucket
    assert manifest["MapRunArn"] == result["MapRunArn"]
    assert manifest["ResultFiles"]["PENDING"] == []
    files = {status: files[0] for status, files in manifest["ResultFiles"].items() if files}
    assert files["SUCCEEDED"]["Key"] == f"jobs/one/{run_id}/SUCCEEDED_0.json"
    head = aws.client("s3").head_object(Bucket=bucket, Key=files["SUCCEEDED"]["Key"])
    assert head["ContentLength"] == files["SUCCEEDED"]["Size"]
    succeeded = read_object(aws, bucket, files["SUCCEEDED"]["Key"])
    assert [json.loads(child["Output"]) for child in succeeded] == [
        {"count": 10, "first": "0", "job": "one"}, {"count": 5, "first": "20", "job": "one"},
    ]  # fmt: skip
    (failed,) = read_object(aws, bucket, files["FAILED"]["Key"])
    assert failed["Status"] == "FAILED"
    assert failed["Error"] == "ValueError"
    assert "Output" not in failed
    assert json.loads(failed["Input"])["Items"] == lines[10:20]
    map_run = aws.client("stepfunctions").describe_map_run(mapRunArn=result["MapRunArn"])
    assert map_run["itemCounts"]["succeeded"] == 15
    assert map_run["itemCounts"]["failed"] == 10
    assert map_run["status"] == "SUCCEEDED"


def test_batch_stays_below_maximum_size(aws: Aws, bucket: str) -> None:
    """MaxInputBytesPerBatch limits a batch, and so does the maximum input of a state."""
    body = "\n".join(json.dumps("x" * 99) for _ in range(10))
    aws.client("s3").put_object(Bucket=bucket, Key="wide", Body=body.encode())
    batcher = {"MaxInputBytesPerBatch": 350}
    definition = distributed_map({"Type": "Pass"}, ItemReader=item_reader("JSONL"), ItemBatcher=batcher)
    batches = run_machine(aws, definition, {"bucket": bucket, "key": "wide"})["output"]
    assert [len(batch["Items"]) for batch in batches] == [3, 3, 3, 1]
    large = "\n".join(json.dumps("x" * 100_000) for _ in range(3))
    aws.client("s3").put_object(Bucket=bucket, Key="large", Body=large.encode())
    count_items = {"Type": "Pass", "Parameters": {"n.$": "States.ArrayLength($.Items)"}}
    definition = distributed_map(count_items, ItemReader=item_reader("JSONL"), ItemBatcher={"MaxItemsPerBatch": 10})
    assert run_machine(aws, definition, {"bucket": bucket, "key": "large"})["output"] == [{"n": 2}, {"n": 1}]


def test_failures_above_tolerance_end_map_run(aws: Aws, bucket: str) -> None:
    """The Map Run is stopped; children that have not started are pending, and results are still exported."""
    aws.client("s3").put_object(Bucket=bucket, Key="many", Body="\n".join(map(str, range(20))).encode())
    writer = {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": bucket, "Prefix": "failed"}}
    definition = distributed_map(
        {"Type": "Fail", "Error": "Bad"}, ItemReader=item_reader("JSONL"), ResultWriter=writer,
        MaxConcurrency=1, ToleratedFailurePercentage=10,
    )  # fmt: skip
    description = run_machine(aws, definition, {"bucket": bucket, "key": "many"})
    assert description["error"] == "States.ExceedToleratedFailureThreshold"
    keys = [item["Key"] for item in aws.client("s3").list_objects_v2(Bucket=bucket, Prefix="failed/")["Contents"]]
    failed, pending = (
        read_object(aws, bucket, next(key for key in keys if name in key)) for name in ("FAILED", "PENDING")
    )
    assert len(failed) == 3
    assert len(pending) == 17


@pytest.mark.parametrize(
    ("missing", "error"),
    [
        ("states:StartExecution", "States.Permissions"),
        ("s3:GetObject", "States.ItemReaderFailed"),
        ("s3:PutObject", "States.ResultWriterFailed"),
    ],
)
def test_map_run_needs_permissions_of_role(aws: Aws, bucket: str, missing: str, error: str) -> None:
    aws.client("s3").put_object(Bucket=bucket, Key="source/one", Body=b"1")
    writer = {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": bucket, "Prefix": "out"}}
    definition = distributed_map({"Type": "Pass"}, ItemReader=item_reader("JSONL"), ResultWriter=writer)
    granted: dict[str, Statement] = {
        "states:StartExecution": allow("states:StartExecution", on=f"arn:aws:states:{aws.region}:*:stateMachine:*"),
        "s3:GetObject": allow("s3:GetObject", on=f"arn:aws:s3:::{bucket}/source/*"),
        "s3:PutObject": allow(*(f"s3:{action}" for action in WRITE_ACTIONS), on=f"arn:aws:s3:::{bucket}/out/*"),
    }
    execution_input = {"bucket": bucket, "key": "source/one"}
    assert run_machine(aws, definition, execution_input, *granted.values())["status"] == "SUCCEEDED"
    description = run_machine(
        aws, definition, execution_input, *(statement for name, statement in granted.items() if name != missing)
    )
    assert description["error"] == error
    assert missing in description["cause"]
