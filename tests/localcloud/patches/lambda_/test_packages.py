"""Zips of functions and layers: Lambda Developer Guide, "Lambda quotas"; Lambda API Reference, "CreateFunction"."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.localcloud.aws import ALLOW_ALL, RUNTIME, Aws, unique_name

MB = 1 << 20
Publish = Callable[..., Any]


def zip_of_size(megabytes: int, *, compressed: bool) -> bytes:
    """Return a zip with one file of a size, compressed or not."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED) as archive:
        archive.writestr("python/large", bytes(megabytes * MB))
    return content.getvalue()


@pytest.fixture
def publish_layer(aws: Aws) -> Publish:
    client, name = aws.client("lambda"), unique_name("layer")
    return lambda **content: client.publish_layer_version(LayerName=name, Content=content)


def upload_to_s3(aws: Aws, content: bytes) -> dict[str, str]:
    bucket, s3 = unique_name("bucket"), aws.client("s3")
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": aws.region})
    s3.put_object(Bucket=bucket, Key="zip", Body=content)
    return {"S3Bucket": bucket, "S3Key": "zip"}


def test_large_zip_in_request_is_rejected(aws: Aws, publish_layer: Publish) -> None:
    """ "Request must be smaller than 70167211 bytes for the PublishLayerVersion operation"."""
    large = zip_of_size(51, compressed=False)
    with pytest.raises(ClientError, match=r"RequestEntityTooLargeException.*the PublishLayerVersion operation"):
        publish_layer(ZipFile=large)
    with pytest.raises(ClientError, match=r"RequestEntityTooLargeException.*the UpdateFunctionCode operation"):
        aws.client("lambda").update_function_code(FunctionName=aws.create_function("x = 1"), ZipFile=large)
    assert publish_layer(**upload_to_s3(aws, large))["Content"]["CodeSize"] == len(large)


def test_layer_above_unzipped_limit_is_rejected(publish_layer: Publish) -> None:
    assert publish_layer(ZipFile=zip_of_size(249, compressed=True))["Version"] == 1
    with pytest.raises(ClientError, match="Unzipped size must be smaller than 262144000 bytes"):
        publish_layer(ZipFile=zip_of_size(251, compressed=True))


def test_function_with_layers_above_unzipped_limit_is_rejected(aws: Aws, publish_layer: Publish) -> None:
    layers = [publish_layer(ZipFile=zip_of_size(size, compressed=True))["LayerVersionArn"] for size in (130, 119, 121)]
    name = aws.create_function("def handler(event, context): pass", Layers=layers[:2])
    with pytest.raises(ClientError, match="Unzipped size must be smaller than 262144000 bytes"):
        aws.client("lambda").update_function_configuration(FunctionName=name, Layers=[layers[0], layers[2]])


@pytest.mark.parametrize("missing", ["NoSuchKey", "NoSuchBucket"])
def test_missing_zip_in_s3_is_rejected(aws: Aws, missing: str) -> None:
    bucket, client = unique_name("bucket"), aws.client("lambda")
    source = {"S3Bucket": bucket, "S3Key": "missing.zip"}
    if missing == "NoSuchKey":
        aws.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": aws.region})
    with pytest.raises(ClientError, match=f"InvalidParameterValueException.*S3 Error Code: {missing}"):
        client.publish_layer_version(LayerName=unique_name("layer"), Content=source)
    with pytest.raises(ClientError, match=f"InvalidParameterValueException.*S3 Error Code: {missing}"):
        client.create_function(
            FunctionName=unique_name("function"), Role=aws.create_role("lambda", ALLOW_ALL), Handler="module.handler",
            Runtime=RUNTIME, Code=source,
        )  # fmt: skip
