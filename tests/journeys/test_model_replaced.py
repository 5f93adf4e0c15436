"""A model whose file was replaced in the bucket is refused, and restoring the file needs no deployment."""

import boto3

from build import bundle
from sluice.demo.digits import Digit
from tests.support.journeys.image_site import ImageSite
from tests.support.journeys.inference_engine import BUNDLE
from tests.support.journeys.pipeline import Pipeline


def test_replaced_model_file_is_refused_until_restored(
    pipeline: Pipeline, digits: list[Digit], site: ImageSite
) -> None:
    s3 = boto3.client("s3")
    bucket, _, folder = pipeline.outputs["model"]["address"].removeprefix("s3://").partition("/")
    file = {"Bucket": bucket, "Key": f"{folder}/{bundle.verify(BUNDLE)['model']}"}
    original = s3.get_object(**file)["Body"].read()
    corrupt = original[:-1] + bytes([original[-1] ^ 1])
    task = {"id": "replaced", "url": site.url(digits[0].path)}

    version = s3.put_object(**file, Body=corrupt)["VersionId"]
    pipeline.kill_workers()
    pipeline.send([task])
    pipeline.wait_for_log("ModelError", within=60)
    assert "replaced" not in pipeline.records

    s3.delete_object(**file, VersionId=version)
    prediction = pipeline.receive_records(["replaced"], within=180)["replaced"]
    assert prediction["model"]["sha256"] == folder.rsplit("/", 1)[1]
    assert prediction["labels"][0]["label"] == digits[0].label
