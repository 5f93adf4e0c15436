"""modules/artifacts: reads a build, or names the command that creates it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.terraform_root import Root

ZIP = {"file": "relay.zip", "handler": "examples.relay.handler", "sha256": "abc", "bytes": 7}


@pytest.fixture
def build(tmp_path: Path) -> Path:
    folder = tmp_path / "3.11-x86_64"
    folder.mkdir()
    manifest = {"python": "3.11", "architecture": "x86_64", "functions": {"relay": ZIP}, "layers": {"litert": ZIP}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


@pytest.fixture(scope="module")
def artifacts(module: Callable[..., Root]) -> Root:
    return module("artifacts", oldest_python="3.12")


def test_artifacts_have_the_runtime_of_the_build(artifacts: Root, build: Path) -> None:
    outputs = artifacts.plan(folder=str(build), oldest_python="3.11").outputs
    platform = {"runtime": "python3.11", "architecture": "x86_64", "path": f"{build}/relay.zip"}
    assert outputs["functions"] == {"relay": platform | {"handler": "examples.relay.handler"}}
    assert outputs["layers"] == {"litert": platform | {"sha256": "abc", "bytes": 7}}


def test_python_too_old_for_aws_is_rejected(artifacts: Root, build: Path) -> None:
    error = artifacts.plan_error(folder=str(build))
    assert "is built for Python 3.11, but the wheels in the layers need glibc 2.28" in error
    assert "Lambda has from Python 3.12 on" in error


def test_missing_build_names_the_build_command(artifacts: Root) -> None:
    error = artifacts.plan_error(folder="../build/out/3.14-arm64")
    assert "run `make build PYTHON=3.14 ARCH=arm64`" in error
