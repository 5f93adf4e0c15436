"""The worker between two real queues."""

import hashlib
import io
import json
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber
from jsonschema import Draft202012Validator

from inference.faults import ModelFault
from tests.lambdas.document import schemas
from tests.lambdas.handlers.conftest import SAMPLE, Context, Pipeline
from tests.lambdas.stranger import Stranger, drip, ok, status

Load = Callable[..., ModuleType]


def failures(reply: dict[str, Any]) -> list[str]:
    return [failure["itemIdentifier"] for failure in reply["batchItemFailures"]]


def test_a_batch_of_every_kind_gives_each_its_one_record(load: Load, pipeline: Pipeline, site: Stranger) -> None:
    site.routes |= {"/away": status(503), "/gone": status(404), "/text": ok(b"text")}
    event = pipeline.receive(
        site.url("/1"),
        f'"{site.url("/2")}"',
        json.dumps({"url": site.url("/3"), "id": "mine", "top": 2}),
        site.url("/away"),
        site.url("/gone"),
        site.url("/text"),
        "http://169.254.169.254/latest/meta-data/",
        "s3://somebody-elses/key",
        '{"url": 7}',
        "nonsense",
    )
    ids = [record["messageId"] for record in event["Records"]]
    reply = load("worker").handler(event, Context())
    assert failures(reply) == [ids[3]]
    results = {result["id"]: result for result in pipeline.results()}
    assert len(results) == 9
    for result in results.values():
        kind = "rejection" if "rejection" in result else "prediction"
        Draft202012Validator(schemas()[kind]).validate(result)
    assert {id_: len(results[id_]["labels"]) for id_ in (ids[0], ids[1], "mine")} == {ids[0]: 5, ids[1]: 5, "mine": 2}
    codes = [results[id_]["rejection"]["code"] for id_ in ids[4:]]
    assert codes == [
        "not_found",
        "unsupported_image",
        "forbidden_address",
        "forbidden_address",
        "bad_task",
        "bad_address",
    ]
    assert results[ids[8]]["url"] is None


def test_a_message_that_is_retried_waits_a_little_and_only_it(load: Load, pipeline: Pipeline, site: Stranger) -> None:
    site.routes["/away"] = status(503)
    event = pipeline.receive(site.url("/1"), site.url("/away"))
    load("worker").handler(event, Context())
    assert pipeline.visible() == 0
    assert pipeline.visible(seconds=5) == 1


@pytest.mark.parametrize(
    "event", [{"Records": []}, {}, None, [], "text", {"Records": None}, {"Records": [{}, None, {"body": "x"}]}]
)
def test_an_event_without_messages_is_answered_in_peace(event: Any, load: Load, pipeline: Pipeline) -> None:
    assert load("worker").handler(event, Context()) == {"batchItemFailures": []}
    assert pipeline.results() == []


def test_a_record_without_a_body_is_rejected(load: Load, pipeline: Pipeline) -> None:
    assert load("worker").handler({"Records": [{"messageId": "m"}]}, Context()) == {"batchItemFailures": []}
    assert [(result["id"], result["rejection"]["code"]) for result in pipeline.results()] == [("m", "bad_task")]


def test_two_messages_with_one_id_are_both_acknowledged_with_one_result(
    load: Load, pipeline: Pipeline, site: Stranger
) -> None:
    event = pipeline.receive(*(json.dumps({"url": site.url(f"/{n}"), "id": "same"}) for n in range(2)))
    assert load("worker").handler(event, Context()) == {"batchItemFailures": []}
    assert [result["id"] for result in pipeline.results()] == ["same"]


def test_without_time_all_is_handed_back_at_once_and_nothing_is_fetched(
    load: Load, pipeline: Pipeline, site: Stranger
) -> None:
    event = pipeline.receive(*(site.url(f"/{n}") for n in range(3)))
    reply = load("worker").handler(event, Context(seconds=1.4))
    assert failures(reply) == [record["messageId"] for record in event["Records"]]
    assert site.requests == []
    assert pipeline.results() == []
    assert pipeline.visible(seconds=2) == 3


def test_an_image_too_slow_for_the_time_left_is_handed_back_and_the_others_are_sent(
    load: Load, pipeline: Pipeline, site: Stranger
) -> None:
    site.routes["/slow"] = drip(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"x", times=150)
    worker = load("worker")
    worker.handler(pipeline.receive(site.url("/0")), Context())
    event = pipeline.receive(site.url("/1"), site.url("/slow"), site.url("/2"))
    started = time.monotonic()
    reply = worker.handler(event, Context(seconds=3))
    assert time.monotonic() - started < 2.5
    assert failures(reply) == [event["Records"][1]["messageId"]]
    assert len(pipeline.results()) == 3


@pytest.mark.parametrize("sender_fault", [True, False])
def test_a_result_that_the_queue_did_not_take_keeps_its_message(
    sender_fault: bool, load: Load, pipeline: Pipeline, site: Stranger
) -> None:
    event = pipeline.receive(site.url("/0"), site.url("/1"))
    worker = load("worker")
    with Stubber(worker.sqs) as sqs:
        sqs.add_response(
            "send_message_batch",
            {
                "Successful": [{"Id": "0", "MessageId": "x", "MD5OfMessageBody": "y"}],
                "Failed": [{"Id": "1", "SenderFault": sender_fault, "Code": "InternalError"}],
            },
        )
        sqs.add_response(
            "change_message_visibility_batch",
            {"Successful": [], "Failed": []},
            {"QueueUrl": pipeline.images, "Entries": ANY},
        )
        reply = worker.handler(event, Context())
        sqs.assert_no_pending_responses()
    assert len(failures(reply)) == 1
    assert {answer.result.id for answer in worker.batch.answers}.isdisjoint(failures(reply))


def test_a_results_queue_out_of_reach_keeps_every_message(load: Load, pipeline: Pipeline, site: Stranger) -> None:
    event = pipeline.receive(site.url("/0"), "nonsense")
    reply = load("worker", PREDICTIONS=pipeline.predictions.replace("lambdas-", "nothing-")).handler(event, Context())
    assert failures(reply) == [record["messageId"] for record in event["Records"]]


def test_a_bug_met_by_one_image_fails_that_image_alone(
    load: Load,
    pipeline: Pipeline,
    site: Stranger,
    logged: Callable[[ModuleType], io.StringIO],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    worker = load("worker")
    log = logged(worker)
    classify = worker.classify

    def buggy(task: Any, *rest: Any) -> Any:
        return 1 / 0 if task.url.endswith("/1") else classify(task, *rest)

    monkeypatch.setattr(worker, "classify", buggy)
    event = pipeline.receive(*(site.url(f"/{n}") for n in range(3)))
    assert failures(worker.handler(event, Context())) == [event["Records"][1]["messageId"]]
    assert len(pipeline.results()) == 2
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [line["level"] for line in lines if "ZeroDivisionError" in line.get("exception", "")] == ["ERROR"]


def test_a_model_that_is_not_right_rejects_nothing_and_recovers_by_itself(
    load: Load, pipeline: Pipeline, site: Stranger, model_address: str
) -> None:
    bucket, _, folder = model_address.removeprefix("s3://").partition("/")
    client = boto3.client("s3")
    copy = f"copy/{hashlib.sha256(pipeline.images.encode()).hexdigest()[:8]}/{folder.rpartition('/')[2]}"
    for name in ("manifest.json", "labels.txt", "model.tflite", "sample.png"):
        client.copy_object(Bucket=bucket, Key=f"{copy}/{name}", CopySource=f"{bucket}/{folder}/{name}")
    model = client.get_object(Bucket=bucket, Key=f"{copy}/model.tflite")["Body"].read()
    client.put_object(Bucket=bucket, Key=f"{copy}/model.tflite", Body=model[:-1] + b"\xff")
    worker = load("worker", MODEL=f"s3://{bucket}/{copy}")
    event = pipeline.receive(site.url("/0"), "nonsense")
    for _ in range(2):
        with pytest.raises(ModelFault, match="pinned"):
            worker.handler(event, Context())
    assert pipeline.results() == []
    client.put_object(Bucket=bucket, Key=f"{copy}/model.tflite", Body=model)
    assert worker.handler(event, Context()) == {"batchItemFailures": []}
    assert len(pipeline.results()) == 2


def test_one_batch_leaves_nothing_behind_for_the_next(load: Load, pipeline: Pipeline, site: Stranger) -> None:
    site.routes["/away"] = status(503)
    worker = load("worker")
    first = pipeline.receive(site.url("/away"), site.url("/0"))
    assert len(failures(worker.handler(first, Context()))) == 1
    second = pipeline.receive(site.url("/1"))
    assert worker.handler(second, Context()) == {"batchItemFailures": []}
    assert worker.handler({"Records": []}, Context()) == {"batchItemFailures": []}
    assert len(pipeline.results()) == 2


def test_what_cannot_be_postponed_fails_all_the_same(load: Load, site: Stranger) -> None:
    site.routes["/away"] = status(503)
    record = {"messageId": "m", "receiptHandle": "not a handle", "body": site.url("/away"), "attributes": {}}
    assert failures(load("worker").handler({"Records": [record]}, Context())) == ["m"]


def test_logs_and_metrics_tell_what_happened_and_no_secret(
    load: Load,
    pipeline: Pipeline,
    site: Stranger,
    logged: Callable[[ModuleType], io.StringIO],
    capsys: pytest.CaptureFixture[str],
) -> None:
    site.routes |= {"/gone?X-Amz-Signature=secret": status(404), "/away?X-Amz-Signature=secret": status(503)}
    worker = load("worker")
    log = logged(worker)
    query = "?X-Amz-Signature=secret"
    worker.handler(
        pipeline.receive(
            site.url("/1" + query), site.url("/gone" + query), site.url("/away" + query), "nonsense?secret"
        ),
        Context(),
    )
    printed = capsys.readouterr().out
    assert "secret" not in log.getvalue() + printed
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [line["message"] for line in lines] == ["Rejected", "Rejected", "To be tried again"]
    assert {line["function_request_id"] for line in lines} == {"request"}
    metrics: dict[str, Any] = {}
    for line in printed.splitlines():
        values = json.loads(line)
        for metric in values["_aws"]["CloudWatchMetrics"][0]["Metrics"]:
            metrics.setdefault(metric["Name"] + "/" + values.get("code", ""), []).extend(values[metric["Name"]])
    assert metrics["Predictions/"] == [1]
    assert metrics["Rejections/"] == [2]
    assert metrics["Retries/"] == [1]
    assert metrics["HandedBack/"] == [0]
    assert metrics["RejectionsByCode/not_found"] == metrics["RejectionsByCode/bad_address"] == [1]
    assert len(metrics["FetchSeconds/"]) == 3
    assert len(metrics["InferSeconds/"]) == 1


def test_a_batch_larger_than_one_call_of_the_queue(load: Load, pipeline: Pipeline, site: Stranger) -> None:
    records = [
        {"messageId": f"m{n}", "receiptHandle": "", "body": site.url(f"/{n}"), "attributes": {}} for n in range(34)
    ]
    assert load("worker").handler({"Records": records}, Context()) == {"batchItemFailures": []}
    assert sorted(result["id"] for result in pipeline.results()) == sorted(f"m{n}" for n in range(34))
    assert len(site.requests) == 34
    assert len(SAMPLE) > 0
