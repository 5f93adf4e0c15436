"""modules/artifacts: what was built, or the command that builds it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.terraform_root import Root

ZIP = {"file": "relay.zip", "handler": "examples.relay.handler", "sha256": "abc", "bytes": 7}


@pytest.fixture
def built(tmp_path: Path) -> Path:
    folder = tmp_path / "3.11-x86_64"
    folder.mkdir()
    manifest = {"python": "3.11", "architecture": "x86_64", "functions": {"relay": ZIP}, "layers": {"litert": ZIP}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


@pytest.fixture(scope="module")
def artifacts(module: Callable[..., Root]) -> Root:
    return module("artifacts", oldest_python="3.12")


def test_artifacts_carry_the_runtime_that_they_were_built_for(artifacts: Root, built: Path) -> None:
    outputs = artifacts.plan(folder=str(built), oldest_python="3.11").outputs
    platform = {"runtime": "python3.11", "architecture": "x86_64", "path": f"{built}/relay.zip"}
    assert outputs["functions"] == {"relay": platform | {"handler": "examples.relay.handler"}}
    assert outputs["layers"] == {"litert": platform | {"sha256": "abc", "bytes": 7}}


def test_a_python_too_old_for_aws_is_refused(artifacts: Root, built: Path) -> None:
    assert "is built for Python 3.11, but AWS runs the layers' wheels" in artifacts.refusal(folder=str(built))


def test_a_missing_build_names_the_command_that_makes_it(artifacts: Root) -> None:
    refusal = artifacts.refusal(folder="../build/out/3.14-arm64")
    assert "run `make build PYTHON=3.14 ARCH=arm64`" in refusal
