"""Queue to queue: every image gets its labels, every bad input its reason, each exactly once."""

import boto3

from build import bundle
from sluice.demo import inputs
from sluice.demo.digits import Digit
from sluice.demo.reference import measure_accuracy
from tests.support.bundle_variants import LITERT
from tests.support.journeys.engine import BUNDLE
from tests.support.journeys.http_sites import FOREVER, Outside
from tests.support.journeys.pipeline import Pipeline
from tests.support.terraform_root import Root

HALF_MINUTE_OF_RETRIES = 90


def test_the_held_out_digits_are_read_as_well_as_by_the_model_alone(
    pipeline: Pipeline, scans: list[Digit], outside: Outside
) -> None:
    pipeline.send({"id": scan.path, "url": outside.address(scan.path)} for scan in scans)
    answers = pipeline.answers([scan.path for scan in scans])
    accuracy = sum(answers[scan.path]["labels"][0]["label"] == scan.label for scan in scans) / len(scans)
    assert accuracy == measure_accuracy(LITERT)
    assert accuracy >= 0.97


def test_a_record_tells_the_model_that_made_it(pipeline: Pipeline, scans: list[Digit], outside: Outside) -> None:
    pipeline.send([{"id": "two-labels", "url": outside.address(scans[0].path), "top": 2}])
    answer = pipeline.answers(["two-labels"])["two-labels"]
    assert answer["model"] == {"name": "digits", "sha256": bundle.digest(BUNDLE)}
    assert len(answer["labels"]) == 2
    assert answer["url"] == outside.address(scans[0].path)


def test_a_bare_address_is_a_task(pipeline: Pipeline, scans: list[Digit], outside: Outside) -> None:
    address = outside.address(scans[1].path) + "?bare"
    pipeline.send([f' "{address}"\n'])
    assert pipeline.answer_to(address)["labels"][0]["label"] == scans[1].label


def test_bad_input_is_refused(pipeline: Pipeline, scans: list[Digit], outside: Outside) -> None:
    outside.files |= inputs.broken_files(scans[0])
    tasks = inputs.bad_inputs(outside.server)
    pipeline.send(task.body for task in tasks)
    answers = pipeline.answers([task.id for task in tasks])
    codes = {task.description: answers[task.id]["rejection"]["code"] for task in tasks}
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
    assert not pipeline.dead


def test_an_image_in_an_allowed_bucket_is_read(pipeline: Pipeline, scans: list[Digit]) -> None:
    boto3.client("s3").put_object(Bucket="holiday-photos", Key="a digit.png", Body=scans[0].png)
    pipeline.send([{"id": "from-s3", "url": "s3://holiday-photos/a digit.png"}])
    assert pipeline.answers(["from-s3"])["from-s3"]["labels"][0]["label"] == scans[0].label


def test_one_poison_message_in_ten_harms_no_other(pipeline: Pipeline, scans: list[Digit], outside: Outside) -> None:
    good = [f"beside-poison-{n}" for n in range(9)]
    tasks = [{"id": id_, "url": outside.address(scans[n].path)} for n, id_ in enumerate(good)]
    poison = '{"id": "poison", "url": "http://127.0.0.1:1/", "top": "many"}'
    pipeline.send([*tasks[:4], poison, *tasks[4:]])
    answers = pipeline.answers([*good, "poison"])
    assert all("labels" in answers[id_] for id_ in good)
    assert "rejection" in answers["poison"]


def test_a_host_that_fails_twice_is_asked_again(pipeline: Pipeline, scans: list[Digit], outside: Outside) -> None:
    pipeline.send([{"id": "moody", "url": outside.trouble("/moody.png", like=scans[0].path, failures=2)}])
    answers = pipeline.answers(["moody"], within=HALF_MINUTE_OF_RETRIES)
    assert answers["moody"]["labels"][0]["label"] == scans[0].label
    assert outside.asked["/moody.png"] == 3


def test_what_never_works_ends_as_a_dead_letter_with_its_body_whole(pipeline: Pipeline, outside: Outside) -> None:
    body = f'{{"id": "never",   "url": "{outside.trouble("/never.png", failures=FOREVER)}", "top":3 }}'
    pipeline.send([body])
    assert pipeline.dead_letter(body, within=HALF_MINUTE_OF_RETRIES) == body
    assert outside.asked["/never.png"] == 5
    assert not pipeline.records["never"]


def test_a_second_plan_changes_nothing(stack: Root) -> None:
    plan = stack.plan()
    assert plan.empty, plan.text


def test_the_state_lies_in_its_bucket_unlocked(stack: Root) -> None:  # noqa: ARG001 - applied with that backend
    listed = boto3.client("s3").list_objects_v2(Bucket="sluice-local-state", Prefix="sluice/local.")["Contents"]
    assert [entry["Key"] for entry in listed] == ["sluice/local.tfstate"]
