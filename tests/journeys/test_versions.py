"""Versions come, are looked at from the side, get a share, answer alone and go again, and nothing is lost meanwhile."""

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
from tests.support.journeys import ways
from tests.support.journeys.engine import ON_TENSORFLOW
from tests.support.journeys.http_sites import Outside
from tests.support.journeys.jobs import Jobs
from tests.support.journeys.pipeline import Pipeline
from tests.support.journeys.releases import Moves, makers

FIRST = bundle.digest(LITERT)
CLASSIFIERS = ("worker", "classify", "bulk_classify")


@pytest.fixture(scope="module")
def moves(
    cloud: LocalCloud,  # noqa: ARG001 - what Terraform speaks to
    build_name: str,
    outside: Outside,
    tmp_path_factory: pytest.TempPathFactory,
) -> Moves:
    """A stack of its own, which these tests move from version to version, one after the other."""
    s3 = boto3.client("s3")
    state_bucket.create_local_bucket(s3)
    s3.create_bucket(Bucket=ways.LISTS, CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name})
    project = terraform_root.copy_project(tmp_path_factory.mktemp("versions"))
    values = {"environment": "versions", "private_hosts": [outside.server.host], "image_buckets": [ways.LISTS]}
    values |= {"build": build_name}
    root = terraform_root.Root(
        project / "terraform", environment="local", state="sluice/versions.tfstate", values=values
    )
    root.apply()
    return Moves(root)


@pytest.fixture(scope="module")
def pipeline(moves: Moves, cloud: LocalCloud) -> Pipeline:
    return Pipeline(moves.root.outputs(), cloud)


@pytest.fixture(scope="module")
def second(scans: list[Digit], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another version of the digits."""
    folder = tmp_path_factory.mktemp("second") / "bundle"
    write_variant(folder, sample=scans[1].png)
    return folder


def tasks(
    scans: list[Digit], outside: Outside, name: str, count: int, start: int = 0, **more: str
) -> list[dict[str, Any]]:
    numbers = range(start, start + count)
    return [{"id": f"{name}-{n}", "url": outside.address(scans[n % len(scans)].path), **more} for n in numbers]


def test_a_version_is_replaced_while_images_flow(
    moves: Moves, pipeline: Pipeline, second: Path, scans: list[Digit], outside: Outside
) -> None:
    sent: list[str] = []
    with ThreadPoolExecutor(1) as pool:
        moving = pool.submit(moves.to, str(second))
        while not moving.done() or len(sent) < 300:
            batch = tasks(scans, outside, "moving", 10, start=len(sent))
            pipeline.send(batch)
            sent += [task["id"] for task in batch]
            pipeline.settle(0.5)
        print(f"moved to another version in {moving.result():.0f} s, {len(sent)} images meanwhile")
    answered = makers(pipeline.answers(sent))
    assert answered.keys() <= {FIRST, bundle.digest(second)}
    assert answered[FIRST]  # sent before the move, answered by what was there
    after = tasks(scans, outside, "moved", 20)
    pipeline.send(after)
    assert makers(pipeline.answers([task["id"] for task in after])) == {bundle.digest(second): 20}
    assert not pipeline.dead
    moves.settled()


def test_rolling_back_rebuilds_and_uploads_nothing(
    moves: Moves,
    pipeline: Pipeline,
    scans: list[Digit],
    outside: Outside,
    record_property: Callable[[str, object], None],
) -> None:
    before = moves.deployed()
    seconds = moves.to(f"digits@{FIRST[:8]}")
    record_property("rollback_seconds", round(seconds, 1))
    print(f"rolled back in {seconds:.0f} s")
    assert moves.deployed() == before
    sent = tasks(scans, outside, "back", 20)
    pipeline.send(sent)
    assert makers(pipeline.answers([task["id"] for task in sent])) == {FIRST: 20}
    moves.settled()


def shadow_metrics(pipeline: Pipeline) -> Iterator[dict[str, Any]]:
    for line in pipeline.log().splitlines():
        if "ShadowAgreement" in line:
            yield json.loads(line)


def test_a_shadow_is_compared_and_a_second_model_named(
    moves: Moves,
    pipeline: Pipeline,
    second: Path,
    scans: list[Digit],
    outside: Outside,
    tmp_path: Path,
) -> None:
    numbers = write_variant(tmp_path / "numbers", name="numbers")
    moves.publish(str(tmp_path / "numbers"))
    shadow = bundle.digest(second)
    moves.to(models={"digits": {"default": True, "shadow": shadow}, "numbers": {"version": numbers}})
    unnamed = tasks(scans, outside, "shadowed", 30)
    named = tasks(scans, outside, "named", 10, model="numbers")
    stranger = {"id": "stranger", "url": outside.address(scans[0].path), "model": "pets"}
    pipeline.send([*unnamed, *named, stranger])
    answers = pipeline.answers([task["id"] for task in (*unnamed, *named, stranger)])
    assert answers["stranger"]["rejection"]["code"] == "unknown_model"
    assert "digits" in answers["stranger"]["rejection"]["message"]
    made = Counter(
        (name.split("-")[0], record["model"]["sha256"]) for name, record in answers.items() if "model" in record
    )
    assert made == {("shadowed", FIRST): 30, ("named", numbers): 10}
    assert pipeline.log_tells("ShadowAgreement", within=60)
    compared = list(shadow_metrics(pipeline))
    agreements = [value for line in compared for value in line["ShadowAgreement"]]
    assert {line["model"] for line in compared} == {"digits"}
    assert agreements
    assert set(agreements) == {1}  # the same network
    moves.settled()


def test_a_share_of_the_calls_goes_to_the_new_version_and_then_all(moves: Moves, second: Path) -> None:
    new, classify = bundle.digest(second), moves.root.outputs()["functions"]["classify"]

    def calls(count: int) -> Counter[str]:
        client = boto3.client("lambda")
        replies = [client.invoke(FunctionName=f"{classify}:live", Payload=b"{}") for _ in range(count)]
        return Counter(json.loads(reply["Payload"].read())["model"]["sha256"] for reply in replies)

    moves.to(str(second), share=0.3, models={"digits": {}})
    shared = calls(100)
    assert shared.keys() == {FIRST, new}
    assert 10 <= shared[new] <= 55
    moves.settled()
    moves.to(str(second), share=0.9)  # the old one keeps the rest
    assert calls(60)[FIRST] <= 25
    moves.to(str(second))
    assert calls(10) == {new: 10}
    versions_ = moves.root.outputs()["versions"]
    assert all(version["live"] == version["newest"] for version in versions_.values())
    assert {name for name, version in versions_.items() if version["newest"] != "1"} == set(CLASSIFIERS)


def test_both_engines_say_the_same_in_every_way(
    moves: Moves, pipeline: Pipeline, cloud: LocalCloud, scans: list[Digit], outside: Outside
) -> None:
    jobs = Jobs(moves.root.outputs(), cloud)
    addresses = [outside.address(scan.path) for scan in scans[:27]]
    litert = ways.answers(pipeline, jobs, addresses, "litert")
    moves.to(**ON_TENSORFLOW)
    assert any("tensorflow" in layer for layer in moves.deployed()["sluice-versions-worker"][1])
    tensorflow = ways.answers(pipeline, jobs, addresses, "tensorflow")
    assert makers(tensorflow) == {bundle.digest(TENSORFLOW): 4 * len(addresses)}
    assert tensorflow.keys() == litert.keys()
    for way, record in tensorflow.items():
        scores = {label["label"]: label["score"] for label in record["labels"]}
        others = {label["label"]: label["score"] for label in litert[way]["labels"]}
        assert record["labels"][0]["label"] == litert[way]["labels"][0]["label"], way
        assert scores == pytest.approx(others, abs=1e-4), way
    moves.settled()
