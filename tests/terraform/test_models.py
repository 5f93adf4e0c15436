"""The models that the root deploys, their layers, and invalid models, which fail the plan."""

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
TENSORS = {"input": "x", "output": "Identity"}
CLASSIFIERS = ("worker", "classify", "bulk_classify")


@pytest.fixture(scope="module")
def root(cloud: LocalCloud, build_name: str, tmp_path_factory: pytest.TempPathFactory) -> Root:  # noqa: ARG001
    """The root as an environment that was never applied, with several bundles in its project."""
    state_bucket.create_local_bucket(boto3.client("s3"))
    project = terraform_root.copy_project(tmp_path_factory.mktemp("models"))
    write_variant(project / "bundles" / "pets", name="pets")
    write_variant(project / "bundles" / "heavy", name="heavy", engine="tensorflow", tensors=TENSORS)
    for name in ("large", "other"):
        write_bundle(project / "bundles" / name, 240_000_000)
    values = {"build": build_name, "environment": "models"}
    return Root(project / "terraform", environment="local", state="sluice/models.tfstate", values=values)


def write_bundle(folder: Path, size: int) -> None:
    """Write a bundle, named like its folder, whose manifest states this size of the model in bytes."""
    write_variant(folder, name=folder.name)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"][manifest["model"]]["bytes"] = size
    (folder / "manifest.json").write_text(json.dumps(manifest))


def layers(resources: dict[str, dict[str, Any]]) -> set[str]:
    return {values["layer_name"] for address, values in resources.items() if "aws_lambda_layer_version" in address}


@pytest.fixture(scope="module")
def plan(root: Root) -> Plan:
    return root.plan()


def test_only_model_is_the_default(plan: Plan) -> None:
    assert plan.outputs["model"]["version"] == f"digits@{HASH}"
    assert plan.outputs["models"]["served"] == {"digits": f"digits@{HASH}"}
    assert layers(plan.resources) == {"sluice-models-powertools", "sluice-models-litert"}
    for name in CLASSIFIERS:
        assert plan.resources[f"module.{name}.aws_lambda_function.this"]["snap_start"] == []


def test_several_models_are_deployed_together(root: Root) -> None:
    plan = root.plan(
        bundles=["models/digits/bundle", "bundles/pets"],
        models={"digits": {}, "pets": {"default": True}},
    )
    hashes = {key.split("/")[0]: key.split("/")[1] for key in keys(plan.resources)}
    assert plan.outputs["models"]["served"] == {name: f"{name}@{hash_}" for name, hash_ in hashes.items()}
    assert plan.outputs["model"]["version"] == f"pets@{hashes['pets']}"


def keys(resources: dict[str, dict[str, Any]]) -> set[str]:
    return {values["key"] for address, values in resources.items() if "aws_s3_object.bundle" in address}


def test_model_variable_overrides_version_in_models(root: Root) -> None:
    plan = root.plan(models={"digits": {"version": OTHER}}, model=f"digits@{HASH}")
    assert plan.outputs["models"]["served"] == {"digits": f"digits@{HASH}"}


def test_tensorflow_layer_only_for_tensorflow_models(root: Root) -> None:
    heavy = {"bundles": ["bundles/heavy"], "models": {"heavy": {}}}
    assert "worker.memory is 1024 MB, but must be at least 1,769 MB for a model that runs on TensorFlow" in (
        root.plan_error(**heavy)
    )
    plan = root.plan(**heavy, worker=HEAVY)
    assert storage(plan) == [1024] * len(CLASSIFIERS)
    assert layers(plan.resources) == {f"sluice-models-{layer}" for layer in ("powertools", "litert", "tensorflow")}


def storage(plan: Plan) -> list[int]:
    functions = [plan.resources[f"module.{name}.aws_lambda_function.this"] for name in CLASSIFIERS]
    return [function["ephemeral_storage"][0]["size"] for function in functions]


def test_models_too_large_for_memory_fail_the_plan(root: Root) -> None:
    """As measured, a process needs 110 MB, and a LiteRT model twice the size of its file."""
    one = {"bundles": ["bundles/large"], "models": {"large": {}}}
    assert root.plan(**one).outputs["models"]["served"].keys() == {"large"}
    two = {"bundles": ["bundles/large", "bundles/other"], "models": {"large": {"default": True}, "other": {}}}
    error = root.plan_error(**two)
    assert "worker.memory is 1024 MB, but the models and shadows alone need at least 1070 MB" in error


def test_invalid_model_variables_fail_the_plan(root: Root) -> None:
    error = root.plan_error(
        models={"Digits": {"version": "abc"}, "pets": {"shadow": OTHER.upper()}},
        canary={"traffic_share": 1.5, "stable_versions": {}},
    )
    for message in (
        "Every name in models must have 1 to 31 lower-case letters, digits or -, and start with a letter: Digits",
        "Every version and shadow in models must be a bundle's full hash",
        "Exactly one of several models must be the default, but 0 of Digits, pets are",
        "canary.traffic_share is 1.5, but must be between 0 and 1",
    ):
        assert message in error


def test_contradictory_models_fail_the_plan(root: Root) -> None:
    two = {"digits": {"default": True}, "pets": {"default": True, "version": OTHER}}
    assert "Exactly one of several models must be the default, but 2 of digits, pets are" in root.plan_error(models=two)
    assert "models has 0 entries, but must have 1 to 10" in root.plan_error(models={})
    eleven = {f"m{n}": {"version": OTHER} for n in range(11)}
    assert "models has 11 entries, but must have 1 to 10" in root.plan_error(models=eleven)
    error = root.plan_error(models={"pets": {}})
    assert "have no version, and bundles does not have exactly one folder with their name: pets" in error
    error = root.plan_error(bundles=["models/digits/bundle", "bundles/pets"], models={"digits": {"shadow": HASH}})
    assert "The shadow of a model must differ from its version: remove shadow from models for digits@" in error
    assert 'model is "digits", but must be name@hash' in root.plan_error(model="digits")
    error = root.plan_error(model=f"pets@{OTHER}")
    assert f'model is "pets@{OTHER}", but models has only digits: add an entry to models' in error


def test_missing_version_fails_the_plan(root: Root) -> None:
    account = boto3.client("sts").get_caller_identity()["Account"]
    s3 = boto3.client("s3")
    s3.create_bucket(
        Bucket=f"sluice-models-models-{account}",
        CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name},
    )
    error = root.plan_error(model=f"digits@{OTHER}")
    assert f"digits@{OTHER} is neither in a folder of bundles nor in the bucket sluice-models-models-{account}" in error


def test_canary_keeps_stable_version_of_every_function(root: Root, plan: Plan) -> None:
    stable = dict.fromkeys(plan.outputs["functions"], "1")
    assert plan.outputs["versions"].keys() == stable.keys()
    planned = root.plan(canary={"traffic_share": 0.1, "stable_versions": stable}).resources
    aliases = [values for address, values in planned.items() if "aws_lambda_alias" in address]
    assert [alias["function_version"] for alias in aliases] == ["1"] * len(stable)
