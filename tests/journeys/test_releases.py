"""Model versions are released, shadowed, given a traffic share and rolled back while no image is lost."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
import pytest

from build import bundle
from localcloud import LocalCloud
from sluice.demo.digits import Digit
from sluice.terraform import state_bucket
from tests.support import terraform_root
from tests.support.bundle_variants import LITERT, TENSORFLOW, write_variant
from tests.support.journeys import entry_points
from tests.support.journeys.deployment import Deployment, count_by_model
from tests.support.journeys.image_site import ImageSite
from tests.support.journeys.inference_engine import TENSORFLOW_SETTINGS
from tests.support.journeys.jobs import JobsClient
from tests.support.journeys.pipeline import Pipeline

FIRST = bundle.digest(LITERT)
CLASSIFIERS = ("worker", "classify", "bulk_classify")


@pytest.fixture(scope="module")
def deployment(
    cloud: LocalCloud,  # noqa: ARG001 - provides AWS to Terraform
    build_name: str,
    site: ImageSite,
    tmp_path_factory: pytest.TempPathFactory,
) -> Deployment:
    """A stack of these tests alone, which release one version after the other."""
    s3 = boto3.client("s3")
    state_bucket.create_local_bucket(s3)
    location = {"LocationConstraint": s3.meta.region_name}
    s3.create_bucket(Bucket=entry_points.LISTS_BUCKET, CreateBucketConfiguration=location)
    project = terraform_root.copy_project(tmp_path_factory.mktemp("versions"))
    values = {
        "environment": "versions",
        "private_hosts": [site.server.host],
        "image_buckets": [entry_points.LISTS_BUCKET],
        "build": build_name,
    }
    root = terraform_root.Root(
        project / "terraform", environment="local", state="sluice/versions.tfstate", values=values
    )
    root.apply()
    return Deployment(root)


@pytest.fixture(scope="module")
def pipeline(deployment: Deployment, cloud: LocalCloud) -> Pipeline:
    return Pipeline(deployment.root.outputs(), cloud)


@pytest.fixture(scope="module")
def second_bundle(digits: list[Digit], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle of another version of the model."""
    folder = tmp_path_factory.mktemp("second") / "bundle"
    write_variant(folder, sample=digits[1].png)
    return folder


def create_tasks(
    digits: list[Digit], site: ImageSite, prefix: str, count: int, start: int = 0, **fields: str
) -> list[dict[str, Any]]:
    numbers = range(start, start + count)
    return [{"id": f"{prefix}-{n}", "url": site.url(digits[n % len(digits)].path), **fields} for n in numbers]


def test_release_while_images_arrive_loses_none(
    deployment: Deployment, pipeline: Pipeline, second_bundle: Path, digits: list[Digit], site: ImageSite
) -> None:
    sent: list[str] = []
    with ThreadPoolExecutor(1) as pool:
        release = pool.submit(deployment.release, str(second_bundle))
        while not release.done() or len(sent) < 300:
            batch = create_tasks(digits, site, "during", 10, start=len(sent))
            pipeline.send(batch)
            sent += [task["id"] for task in batch]
            pipeline.receive_for(0.5)
        print(f"released another version in {release.result():.0f} s, {len(sent)} images meanwhile")
    models = count_by_model(pipeline.receive_records(sent))
    assert models.keys() <= {FIRST, bundle.digest(second_bundle)}
    assert models[FIRST]  # the images before the release
    after = create_tasks(digits, site, "after", 20)
    pipeline.send(after)
    records = pipeline.receive_records([task["id"] for task in after])
    assert count_by_model(records) == {bundle.digest(second_bundle): 20}
    assert not pipeline.dead_letters
    deployment.assert_plan_is_empty()


def test_rollback_builds_and_uploads_nothing(
    deployment: Deployment,
    pipeline: Pipeline,
    digits: list[Digit],
    site: ImageSite,
    record_property: Callable[[str, object], None],
) -> None:
    before = deployment.list_live_code()
    seconds = deployment.release(f"digits@{FIRST[:8]}")
    record_property("rollback_seconds", round(seconds, 1))
    print(f"rolled back in {seconds:.0f} s")
    assert deployment.list_live_code() == before
    tasks = create_tasks(digits, site, "rolled-back", 20)
    pipeline.send(tasks)
    assert count_by_model(pipeline.receive_records([task["id"] for task in tasks])) == {FIRST: 20}
    deployment.assert_plan_is_empty()


def read_shadow_metrics(pipeline: Pipeline) -> Iterator[dict[str, Any]]:
    for line in pipeline.read_log().splitlines():
        if "ShadowAgreement" in line:
            yield json.loads(line)


def test_shadow_is_compared_and_named_model_used(
    deployment: Deployment,
    pipeline: Pipeline,
    second_bundle: Path,
    digits: list[Digit],
    site: ImageSite,
    tmp_path: Path,
) -> None:
    numbers = write_variant(tmp_path / "numbers", name="numbers")
    deployment.publish(str(tmp_path / "numbers"))
    shadow = bundle.digest(second_bundle)
    deployment.release(models={"digits": {"default": True, "shadow": shadow}, "numbers": {"version": numbers}})
    unnamed = create_tasks(digits, site, "unnamed", 30)
    named = create_tasks(digits, site, "named", 10, model="numbers")
    unknown = {"id": "unknown", "url": site.url(digits[0].path), "model": "pets"}
    pipeline.send([*unnamed, *named, unknown])
    records = pipeline.receive_records([task["id"] for task in (*unnamed, *named, unknown)])
    assert records["unknown"]["rejection"]["code"] == "unknown_model"
    assert "digits" in records["unknown"]["rejection"]["message"]
    predictions = {id_: record for id_, record in records.items() if "model" in record}
    assert len(predictions) == 40
    assert {predictions[task["id"]]["model"]["sha256"] for task in unnamed} == {FIRST}
    assert {predictions[task["id"]]["model"]["sha256"] for task in named} == {numbers}
    pipeline.wait_for_log("ShadowAgreement", within=60)
    metrics = list(read_shadow_metrics(pipeline))
    agreements = [value for line in metrics for value in line["ShadowAgreement"]]
    assert {line["model"] for line in metrics} == {"digits"}
    assert agreements
    assert set(agreements) == {1}  # the same network
    deployment.assert_plan_is_empty()


def test_canary_serves_a_traffic_share_and_then_all(deployment: Deployment, second_bundle: Path) -> None:
    new, classify = bundle.digest(second_bundle), deployment.root.outputs()["functions"]["classify"]

    def count_calls(count: int) -> Counter[str]:
        client = boto3.client("lambda")
        replies = [client.invoke(FunctionName=f"{classify}:live", Payload=b"{}") for _ in range(count)]
        return Counter(json.loads(reply["Payload"].read())["model"]["sha256"] for reply in replies)

    deployment.release(str(second_bundle), share=0.3, models={"digits": {}})
    calls = count_calls(100)
    assert calls.keys() == {FIRST, new}
    assert 10 <= calls[new] <= 55
    deployment.assert_plan_is_empty()
    deployment.release(str(second_bundle), share=0.9)
    assert count_calls(60)[FIRST] <= 25
    deployment.release(str(second_bundle))
    assert count_calls(10) == {new: 10}
    versions = deployment.root.outputs()["versions"]
    assert all(version["live"] == version["newest"] for version in versions.values())
    assert {name for name, version in versions.items() if version["newest"] != "1"} == set(CLASSIFIERS)


def test_both_engines_agree_at_every_entry_point(
    deployment: Deployment, pipeline: Pipeline, cloud: LocalCloud, digits: list[Digit], site: ImageSite
) -> None:
    jobs = JobsClient(deployment.root.outputs(), cloud)
    urls = [site.url(digit.path) for digit in digits[:27]]
    litert = entry_points.classify_by_all(pipeline, jobs, urls, "litert")
    deployment.release(**TENSORFLOW_SETTINGS)
    assert any("tensorflow" in layer for layer in deployment.list_live_code()["sluice-versions-worker"][1])
    tensorflow = entry_points.classify_by_all(pipeline, jobs, urls, "tensorflow")
    assert count_by_model(tensorflow) == {bundle.digest(TENSORFLOW): 4 * len(urls)}
    assert tensorflow.keys() == litert.keys()
    for entry_point, record in tensorflow.items():
        scores = {label["label"]: label["score"] for label in record["labels"]}
        litert_scores = {label["label"]: label["score"] for label in litert[entry_point]["labels"]}
        assert record["labels"][0]["label"] == litert[entry_point]["labels"][0]["label"], entry_point
        assert scores == pytest.approx(litert_scores, abs=1e-4), entry_point
    deployment.assert_plan_is_empty()
