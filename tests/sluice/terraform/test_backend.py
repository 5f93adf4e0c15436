"""Selecting an environment: its region, and a folder of Terraform's data that belongs to its state alone."""

import json
import os
from pathlib import Path

import boto3
import pytest

from sluice.errors import SluiceError
from sluice.terraform import backend
from tests.support.terraform_root import PROJECT


def _initialize(folder: Path, environment: str) -> Path:
    """Leave a folder as `terraform init` does."""
    (folder / "providers").mkdir(parents=True)
    (folder / "terraform.tfstate").write_text(json.dumps({"backend": {"config": backend.read_settings(environment)}}))
    return folder


@pytest.fixture(autouse=True)
def empty_project(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A project in which Terraform has not run yet."""
    (tmp_path / "terraform").symlink_to(PROJECT / "terraform")
    monkeypatch.setenv("SLUICE_PROJECT", str(tmp_path))
    for name in ("TF_DATA_DIR", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, "")  # so that monkeypatch restores them


def test_select_uses_one_data_folder_per_environment(tmp_path: Path) -> None:
    assert not backend.select("dev")
    assert os.environ["TF_DATA_DIR"] == str(tmp_path / "build" / "out" / "terraform" / "dev")
    _initialize(tmp_path / "build" / "out" / "terraform" / "prod", "prod")
    os.environ["TF_DATA_DIR"] = ""
    assert backend.select("prod")


@pytest.mark.parametrize("shell", [{}, {"AWS_REGION": "ap-south-1"}, {"AWS_DEFAULT_REGION": "ap-south-1"}])
def test_select_sets_the_region_of_the_backend_file(shell: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, shell.get(name, ""))
    backend.select("dev")
    assert boto3.Session().region_name == os.environ["AWS_REGION"] == backend.read_settings("dev")["region"]


def test_select_after_a_changed_backend_file_is_not_initialized(tmp_path: Path) -> None:
    _initialize(tmp_path / "build" / "out" / "terraform" / "dev", "prod")
    assert not backend.select("dev")


def test_select_with_an_incomplete_data_folder_is_not_initialized(tmp_path: Path) -> None:
    folder = _initialize(tmp_path / "build" / "out" / "terraform" / "dev", "dev")
    (folder / "providers").rmdir()
    assert not backend.select("dev")


def test_select_refuses_a_data_folder_of_another_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_DATA_DIR", str(_initialize(tmp_path / "mine", "prod")))
    assert backend.select("prod")
    with pytest.raises(
        SluiceError, match=r"reads s3://sluice-prod-state/sluice/prod\.tfstate, but the state of dev is s3://"
    ):
        backend.select("dev")
