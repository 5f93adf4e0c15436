"""A model that was replaced behind everybody's back answers nothing, and its return needs no deployment."""

import boto3

from build import bundle
from sluice.demo.digits import Digit
from tests.support.journeys.engine import BUNDLE
from tests.support.journeys.http_sites import Outside
from tests.support.journeys.pipeline import Pipeline


def test_a_model_of_another_content(pipeline: Pipeline, scans: list[Digit], outside: Outside) -> None:
    s3 = boto3.client("s3")
    bucket, _, folder = pipeline.outputs["model"]["address"].removeprefix("s3://").partition("/")
    place = {"Bucket": bucket, "Key": f"{folder}/{bundle.verify(BUNDLE)['model']}"}
    right = s3.get_object(**place)["Body"].read()
    wrong = right[:-1] + bytes([right[-1] ^ 1])
    task = {"id": "replaced", "url": outside.address(scans[0].path)}

    version = s3.put_object(**place, Body=wrong)["VersionId"]
    pipeline.kill_workers()
    pipeline.send([task])
    assert pipeline.log_tells("ModelError", within=60)
    assert "replaced" not in pipeline.records

    s3.delete_object(**place, VersionId=version)
    answer = pipeline.answers(["replaced"], within=180)["replaced"]
    assert answer["model"]["sha256"] == folder.rsplit("/", 1)[1]
    assert answer["labels"][0]["label"] == scans[0].label
