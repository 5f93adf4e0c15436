"""The classify function, called by hand."""

import json
from typing import Any

import boto3
import pytest

from sluice.demo.digits import Digit
from tests.support.journeys.http_sites import Outside
from tests.support.terraform_root import Root


@pytest.fixture
def classify(stack: Root) -> Any:
    name = stack.outputs()["functions"]["classify"]

    def call(event: object) -> dict[str, Any]:
        reply = boto3.client("lambda").invoke(FunctionName=f"{name}:live", Payload=json.dumps(event).encode())
        answer: dict[str, Any] = json.loads(reply["Payload"].read())
        assert "FunctionError" not in reply, answer
        return answer

    return call


def test_an_address_is_answered_at_once(classify: Any, scans: list[Digit], outside: Outside) -> None:
    for scan in scans[:5]:
        answer = classify({"url": outside.address(scan.path)})
        assert answer["labels"][0]["label"] == scan.label


def test_an_address_in_s3_too(classify: Any, scans: list[Digit]) -> None:
    boto3.client("s3").put_object(Bucket="holiday-photos", Key="direct.png", Body=scans[7].png)
    assert classify({"url": "s3://holiday-photos/direct.png"})["labels"][0]["label"] == scans[7].label


def test_without_an_argument_the_models_own_sample_is_classified(classify: Any, stack: Root) -> None:
    answer = classify({})
    assert answer["url"] == stack.outputs()["model"]["address"] + "/sample.png"
    assert answer["labels"][0]["score"] > 0.5


def test_bad_input_is_refused(classify: Any) -> None:
    assert classify({"url": "http://169.254.169.254/"})["rejection"]["message"]
    assert classify({"address": "http://example.org/"})["rejection"]["message"]
