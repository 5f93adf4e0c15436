"""Which models the root serves, with which layers, and mistakes told at plan."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest

from build import bundle
from localcloud import LocalCloud
from sluice.terraform import state_bucket
from tests.support import terraform_root
from tests.support.bundle_variants import LITERT, write_variant
from tests.support.terraform_root import Plan, Root

HASH = bundle.digest(LITERT)
OTHER = "0123456789abcdef" * 4
HEAVY = {"memory": 1769}
ENDS = {"input": "x", "output": "Identity"}
CLASSIFIERS = ("worker", "classify", "bulk_classify")


@pytest.fixture(scope="module")
def root(cloud: LocalCloud, build_name: str, tmp_path_factory: pytest.TempPathFactory) -> Root:  # noqa: ARG001
    """The root as an environment that was never applied, with bundles beside it that it may keep."""
    state_bucket.create_local_bucket(boto3.client("s3"))
    project = terraform_root.copy_project(tmp_path_factory.mktemp("models"))
    write_variant(project / "bundles" / "pets", name="pets")
    write_variant(project / "bundles" / "heavy", name="heavy", engine="tensorflow", tensors=ENDS)
    for name in ("large", "other"):
        claiming(project / "bundles" / name, 240_000_000)
    values = {"build": build_name, "environment": "models"}
    return Root(project / "terraform", environment="local", state="sluice/models.tfstate", values=values)


def claiming(folder: Path, size: int) -> None:
    """A bundle by its folder's name, whose manifest says that the model has so many bytes."""
    write_variant(folder, name=folder.name)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"][manifest["model"]]["bytes"] = size
    (folder / "manifest.json").write_text(json.dumps(manifest))


def layers(resources: dict[str, dict[str, Any]]) -> set[str]:
    return {values["layer_name"] for address, values in resources.items() if "aws_lambda_layer_version" in address}


@pytest.fixture(scope="module")
def plan(root: Root) -> Plan:
    return root.plan()


def test_one_model_needs_no_words(plan: Plan) -> None:
    assert plan.outputs["model"]["version"] == f"digits@{HASH}"
    assert plan.outputs["models"]["served"] == {"digits": f"digits@{HASH}"}
    assert layers(plan.resources) == {"sluice-models-powertools", "sluice-models-litert"}
    for name in CLASSIFIERS:
        assert plan.resources[f"module.{name}.aws_lambda_function.this"]["snap_start"] == []


def test_several_models_are_served_side_by_side(root: Root) -> None:
    plan = root.plan(
        bundles=["models/digits/bundle", "bundles/pets"],
        models={"digits": {}, "pets": {"default": True}},
    )
    hashes = {key.split("/")[0]: key.split("/")[1] for key in keys(plan.resources)}
    assert plan.outputs["models"]["served"] == {name: f"{name}@{hash_}" for name, hash_ in hashes.items()}
    assert plan.outputs["model"]["version"] == f"pets@{hashes['pets']}"


def keys(resources: dict[str, dict[str, Any]]) -> set[str]:
    return {values["key"] for address, values in resources.items() if "aws_s3_object.bundle" in address}


def test_a_version_at_the_prompt_goes_before_the_one_in_models(root: Root) -> None:
    plan = root.plan(models={"digits": {"version": OTHER}}, model=f"digits@{HASH}")
    assert plan.outputs["models"]["served"] == {"digits": f"digits@{HASH}"}


def test_tensorflow_comes_only_with_a_model_that_needs_it(root: Root) -> None:
    heavy = {"bundles": ["bundles/heavy"], "models": {"heavy": {}}}
    assert "worker.memory is 1024 MB, but a model that runs on TensorFlow" in root.refusal(**heavy)
    plan = root.plan(**heavy, worker=HEAVY)
    assert storage(plan) == [1024] * len(CLASSIFIERS)
    assert layers(plan.resources) == {f"sluice-models-{layer}" for layer in ("powertools", "litert", "tensorflow")}


def storage(plan: Plan) -> list[int]:
    functions = [plan.resources[f"module.{name}.aws_lambda_function.this"] for name in CLASSIFIERS]
    return [function["ephemeral_storage"][0]["size"] for function in functions]


def test_models_that_cannot_fit_into_memory_are_said_at_plan(root: Root) -> None:
    """A process takes 110 MB and each LiteRT model twice its file, or so it was measured."""
    one = {"bundles": ["bundles/large"], "models": {"large": {}}}
    assert root.plan(**one).outputs["models"]["served"].keys() == {"large"}
    two = {"bundles": ["bundles/large", "bundles/other"], "models": {"large": {"default": True}, "other": {}}}
    assert "worker.memory is 1024 MB, but the models and shadows of one function hold at least 1070 MB" in root.refusal(
        **two
    )


def test_what_cannot_be_is_said_at_plan(root: Root) -> None:
    refusal = root.refusal(
        models={"Digits": {"version": "abc"}, "pets": {"shadow": OTHER.upper()}},
        release={"share": 1.5, "stable": {}},
    )
    for sentence in (
        "Every name in models must have 1 to 31 lower-case letters, digits or -, and start with a letter: Digits",
        "Every version and shadow in models must be a bundle's whole hash",
        "Of several models exactly one must be the default, but 0 of Digits, pets are",
        "release.share is 1.5, but must be between 0 and 1",
    ):
        assert sentence in refusal


def test_models_that_cannot_be_are_named(root: Root) -> None:
    two = {"digits": {"default": True}, "pets": {"default": True, "version": OTHER}}
    assert "exactly one must be the default, but 2 of digits, pets are" in root.refusal(models=two)
    assert "models has 0 entries, but must have 1 to 10" in root.refusal(models={})
    eleven = {f"m{n}": {"version": OTHER} for n in range(11)}
    assert "models has 11 entries, but must have 1 to 10" in root.refusal(models=eleven)
    assert "bundles has not exactly one folder of that name: pets" in root.refusal(models={"pets": {}})
    twice = root.refusal(bundles=["models/digits/bundle", "bundles/pets"], models={"digits": {"shadow": HASH}})
    assert "A model cannot be shadowed by the version that answers: take shadow out of models for digits@" in twice
    assert 'model is "digits", but must be name@hash' in root.refusal(model="digits")
    unknown = root.refusal(model=f"pets@{OTHER}")
    assert f'model is "pets@{OTHER}", but models has only digits: add it there' in unknown


def test_a_version_that_is_nowhere_is_said_at_plan(root: Root) -> None:
    account = boto3.client("sts").get_caller_identity()["Account"]
    s3 = boto3.client("s3")
    s3.create_bucket(
        Bucket=f"sluice-models-models-{account}",
        CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name},
    )
    refusal = root.refusal(model=f"digits@{OTHER}")
    assert (
        f"digits@{OTHER} is neither in a folder of bundles nor in the bucket sluice-models-models-{account}" in refusal
    )


def test_every_function_can_be_released_by_shares(root: Root, plan: Plan) -> None:
    stable = dict.fromkeys(plan.outputs["functions"], "1")
    assert plan.outputs["versions"].keys() == stable.keys()
    released = root.plan(release={"share": 0.1, "stable": stable}).resources
    aliases = [values for address, values in released.items() if "aws_lambda_alias" in address]
    assert [alias["function_version"] for alias in aliases] == ["1"] * len(stable)
