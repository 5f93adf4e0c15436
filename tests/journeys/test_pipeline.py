"""The pipeline from queue to queue: each image gets its labels or the reason for its rejection, exactly once."""

import boto3

from build import bundle
from sluice.demo import inputs
from sluice.demo.digits import Digit
from sluice.demo.reference import measure_accuracy
from tests.support.bundle_variants import LITERT
from tests.support.journeys.image_site import ALWAYS, ImageSite
from tests.support.journeys.inference_engine import BUNDLE
from tests.support.journeys.pipeline import Pipeline
from tests.support.terraform_root import Root

RETRY_LIMIT = 90  # seconds; all retries take about 30


def test_pipeline_is_as_accurate_as_the_model(pipeline: Pipeline, digits: list[Digit], site: ImageSite) -> None:
    pipeline.send({"id": digit.path, "url": site.url(digit.path)} for digit in digits)
    predictions = pipeline.receive_records([digit.path for digit in digits])
    accuracy = sum(predictions[digit.path]["labels"][0]["label"] == digit.label for digit in digits) / len(digits)
    assert accuracy == measure_accuracy(LITERT)
    assert accuracy >= 0.97


def test_prediction_names_its_model(pipeline: Pipeline, digits: list[Digit], site: ImageSite) -> None:
    pipeline.send([{"id": "two-labels", "url": site.url(digits[0].path), "top": 2}])
    prediction = pipeline.receive_records(["two-labels"])["two-labels"]
    assert prediction["model"] == {"name": "digits", "sha256": bundle.digest(BUNDLE)}
    assert len(prediction["labels"]) == 2
    assert prediction["url"] == site.url(digits[0].path)


def test_bare_url_is_accepted_as_a_task(pipeline: Pipeline, digits: list[Digit], site: ImageSite) -> None:
    url = site.url(digits[1].path) + "?bare"
    pipeline.send([f' "{url}"\n'])
    assert pipeline.receive_record_of_url(url)["labels"][0]["label"] == digits[1].label


def test_invalid_inputs_are_rejected_with_their_codes(pipeline: Pipeline, digits: list[Digit], site: ImageSite) -> None:
    site.files |= inputs.broken_files(digits[0])
    tasks = inputs.bad_inputs(site.server)
    pipeline.send(task.body for task in tasks)
    records = pipeline.receive_records([task.id for task in tasks])
    codes = {task.description: records[task.id]["rejection"]["code"] for task in tasks}
    assert codes == {
        "a missing page": "not_found",
        "a text file": "unsupported_image",
        "half a PNG": "bad_image",
        "a PNG of 900 million pixels": "too_large",
        "the cloud's credentials": "forbidden_address",
        "another port of this machine": "forbidden_address",
        "a disguised internal address": "bad_address",
        "a file of the server": "bad_address",
        "a bucket that is not allowed": "forbidden_address",
        "not a URL": "bad_address",
        "a number instead of a URL": "bad_task",
    }
    assert not pipeline.dead_letters


def test_image_in_an_allowed_bucket_is_classified(pipeline: Pipeline, digits: list[Digit]) -> None:
    boto3.client("s3").put_object(Bucket="holiday-photos", Key="a digit.png", Body=digits[0].png)
    pipeline.send([{"id": "from-s3", "url": "s3://holiday-photos/a digit.png"}])
    assert pipeline.receive_records(["from-s3"])["from-s3"]["labels"][0]["label"] == digits[0].label


def test_invalid_message_affects_no_other_in_its_batch(
    pipeline: Pipeline, digits: list[Digit], site: ImageSite
) -> None:
    ids = [f"beside-invalid-{n}" for n in range(9)]
    tasks = [{"id": id_, "url": site.url(digits[n].path)} for n, id_ in enumerate(ids)]
    invalid = '{"id": "invalid", "url": "http://127.0.0.1:1/", "top": "many"}'
    pipeline.send([*tasks[:4], invalid, *tasks[4:]])
    records = pipeline.receive_records([*ids, "invalid"])
    assert all("labels" in records[id_] for id_ in ids)
    assert "rejection" in records["invalid"]


def test_host_that_fails_twice_is_retried(pipeline: Pipeline, digits: list[Digit], site: ImageSite) -> None:
    pipeline.send([{"id": "retried", "url": site.add_fault("/retried.png", copy_of=digits[0].path, failures=2)}])
    records = pipeline.receive_records(["retried"], within=RETRY_LIMIT)
    assert records["retried"]["labels"][0]["label"] == digits[0].label
    assert site.requests["/retried.png"] == 3


def test_permanent_failure_becomes_unchanged_dead_letter(pipeline: Pipeline, site: ImageSite) -> None:
    body = f'{{"id": "never",   "url": "{site.add_fault("/never.png", failures=ALWAYS)}", "top":3 }}'
    pipeline.send([body])
    pipeline.wait_for_dead_letter(body, within=RETRY_LIMIT)
    assert site.requests["/never.png"] == 5
    assert not pipeline.records["never"]


def test_root_second_plan_changes_nothing(stack: Root) -> None:
    plan = stack.plan()
    assert plan.empty, plan.text


def test_root_state_is_stored_without_lock(stack: Root) -> None:  # noqa: ARG001 - applied with that backend
    objects = boto3.client("s3").list_objects_v2(Bucket="sluice-local-state", Prefix="sluice/local.")["Contents"]
    assert [entry["Key"] for entry in objects] == ["sluice/local.tfstate"]
