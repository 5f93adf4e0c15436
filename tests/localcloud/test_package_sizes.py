"""Sizes of functions and layers: Lambda Developer Guide, "Lambda quotas"."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.localcloud.aws import Aws, unique_name

MB = 1 << 20
Publish = Callable[..., Any]


def of(megabytes: int, *, zipped: bool) -> bytes:
    """A zip of one file; not `zipped`: it stays as large as that."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED if zipped else zipfile.ZIP_STORED) as opened:
        opened.writestr("python/large", bytes(megabytes * MB))
    return made.getvalue()


@pytest.fixture
def publish(aws: Aws) -> Publish:
    client, name = aws.client("lambda"), unique_name("layer")
    return lambda **content: client.publish_layer_version(LayerName=name, Content=content)


def upload(aws: Aws, content: bytes) -> dict[str, str]:
    bucket, s3 = unique_name("bucket"), aws.client("s3")
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": aws.region})
    s3.put_object(Bucket=bucket, Key="zip", Body=content)
    return {"S3Bucket": bucket, "S3Key": "zip"}


def test_fifty_megabytes_go_through_s3(aws: Aws, publish: Publish) -> None:
    """ "Request must be smaller than 70167211 bytes for the PublishLayerVersion operation"."""
    large = of(51, zipped=False)
    with pytest.raises(ClientError, match=r"RequestEntityTooLargeException.*the PublishLayerVersion operation"):
        publish(ZipFile=large)
    with pytest.raises(ClientError, match=r"RequestEntityTooLargeException.*the UpdateFunctionCode operation"):
        aws.client("lambda").update_function_code(FunctionName=aws.create_function("x = 1"), ZipFile=large)
    assert publish(**upload(aws, large))["Content"]["CodeSize"] == len(large)


def test_a_layer_is_unzipped_at_most_250_megabytes(publish: Publish) -> None:
    assert publish(ZipFile=of(249, zipped=True))["Version"] == 1
    with pytest.raises(ClientError, match="Unzipped size must be smaller than 262144000 bytes"):
        publish(ZipFile=of(251, zipped=True))


def test_so_is_a_function_with_all_its_layers(aws: Aws, publish: Publish) -> None:
    layers = [publish(ZipFile=of(size, zipped=True))["LayerVersionArn"] for size in (130, 119, 121)]
    name = aws.create_function("def handler(event, context): pass", Layers=layers[:2])
    with pytest.raises(ClientError, match="Unzipped size must be smaller than 262144000 bytes"):
        aws.client("lambda").update_function_configuration(FunctionName=name, Layers=[layers[0], layers[2]])
