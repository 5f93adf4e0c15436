"""Direct calls of the function classify."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from sluice.demo.digits import Digit
from tests.support.journeys.image_site import ImageSite
from tests.support.terraform_root import Root

Classify = Callable[[object], dict[str, Any]]


@pytest.fixture
def classify(stack: Root) -> Classify:
    """A call of the function that must not fail."""
    name = stack.outputs()["functions"]["classify"]

    def call(event: object) -> dict[str, Any]:
        reply = boto3.client("lambda").invoke(FunctionName=f"{name}:live", Payload=json.dumps(event).encode())
        record: dict[str, Any] = json.loads(reply["Payload"].read())
        assert "FunctionError" not in reply, record
        return record

    return call


def test_direct_call_with_url_returns_labels(classify: Classify, digits: list[Digit], site: ImageSite) -> None:
    for digit in digits[:5]:
        prediction = classify({"url": site.url(digit.path)})
        assert prediction["labels"][0]["label"] == digit.label


def test_direct_call_with_s3_url_returns_labels(classify: Classify, digits: list[Digit]) -> None:
    boto3.client("s3").put_object(Bucket="holiday-photos", Key="direct.png", Body=digits[7].png)
    assert classify({"url": "s3://holiday-photos/direct.png"})["labels"][0]["label"] == digits[7].label


def test_direct_call_without_url_classifies_sample(classify: Classify, stack: Root) -> None:
    prediction = classify({})
    assert prediction["url"] == stack.outputs()["model"]["address"] + "/sample.png"
    assert prediction["labels"][0]["score"] > 0.5


def test_direct_call_with_invalid_input_returns_rejection(classify: Classify) -> None:
    assert classify({"url": "http://169.254.169.254/"})["rejection"]["message"]
    assert classify({"address": "http://example.org/"})["rejection"]["message"]
