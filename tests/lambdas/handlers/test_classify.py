"""Direct calls of classify."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import boto3
import pytest
from jsonschema import Draft202012Validator

from inference.errors import ModelError, OutOfTimeError, SourceUnavailableError
from tests.lambdas.handlers.conftest import SAMPLE, Context
from tests.support.lambdas.bundles import models_setting
from tests.support.lambdas.document import load_schema
from tests.support.lambdas.http_server import HttpServer, status

Load = Callable[..., ModuleType]


@pytest.mark.parametrize("event", [None, {}])
def test_empty_event_classifies_the_sample(event: Any, load: Load, model_address: str) -> None:
    result = load("classify").handler(event, Context())
    Draft202012Validator(load_schema("prediction")).validate(result)
    assert result["url"] == f"{model_address}/sample.png"
    assert result["id"] == "request"


def test_task_with_address_is_classified(load: Load, site: HttpServer) -> None:
    result = load("classify").handler({"url": site.url("/1"), "top": 2, "id": "mine"}, Context())
    Draft202012Validator(load_schema("prediction")).validate(result)
    assert (result["id"], result["url"], len(result["labels"])) == ("mine", site.url("/1"), 2)


def test_object_in_image_bucket_is_classified(load: Load) -> None:
    client = boto3.client("s3")
    region = client.meta.region_name
    client.create_bucket(Bucket="lambdas-images", CreateBucketConfiguration={"LocationConstraint": region})
    client.put_object(Bucket="lambdas-images", Key="a b.png", Body=SAMPLE)
    owner = boto3.client("sts").get_caller_identity()["Account"]
    classify = load("classify", IMAGE_BUCKETS=f'{{"lambdas-images": "{owner}"}}')
    assert "labels" in classify.handler({"url": "s3://lambdas-images/a b.png"}, Context())


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ({"url": "http://127.0.0.1/"}, "forbidden_address"),
        ({"url": "file:///etc/passwd"}, "bad_address"),
        ({"url": 7}, "bad_task"),
        ({"top": 3}, "bad_task"),
        ([], "bad_task"),
        ("", "bad_task"),
        (["https://example.com/"], "bad_task"),
        ("https://example.com/", "bad_task"),
        (7, "bad_task"),
    ],
)
def test_invalid_input_is_rejected(event: Any, code: str, load: Load) -> None:
    result = load("classify").handler(event, Context())
    Draft202012Validator(load_schema("rejection")).validate(result)
    assert result["rejection"]["code"] == code


def test_transient_errors_are_raised_by_name(load: Load, site: HttpServer) -> None:
    site.routes["/away"] = status(503)
    classify = load("classify")
    with pytest.raises(SourceUnavailableError):
        classify.handler({"url": site.url("/away")}, Context())
    with pytest.raises(OutOfTimeError):
        classify.handler({"url": site.url("/1")}, Context(seconds=0.5))
    with pytest.raises(ModelError):
        load("classify", MODELS=models_setting("s3://nothing/here/" + "0" * 64)).handler({}, Context())
