"""Which state is read: never that of another environment."""

import json
import os
from pathlib import Path

import boto3
import pytest

from sluice.errors import SluiceError
from sluice.terraform import backend, outputs


def _initialised(folder: Path, environment: str) -> Path:
    """A folder as `terraform init` leaves it."""
    (folder / "providers").mkdir(parents=True)
    (folder / "terraform.tfstate").write_text(json.dumps({"backend": {"config": backend.settings(environment)}}))
    return folder


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A project of no other use."""
    monkeypatch.setattr(outputs, "PROJECT", tmp_path)
    for name in ("TF_DATA_DIR", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, "")  # so that what is set here is forgotten afterwards


def test_each_environment_has_a_folder_of_its_own(tmp_path: Path) -> None:
    assert not backend.choose("dev")
    assert os.environ["TF_DATA_DIR"] == str(tmp_path / "build" / "out" / "terraform" / "dev")
    _initialised(tmp_path / "build" / "out" / "terraform" / "prod", "prod")
    os.environ["TF_DATA_DIR"] = ""
    assert backend.choose("prod")


@pytest.mark.parametrize("shell", [{}, {"AWS_REGION": "ap-south-1"}, {"AWS_DEFAULT_REGION": "ap-south-1"}])
def test_all_work_in_the_region_of_the_backend_file(shell: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, shell.get(name, ""))
    backend.choose("dev")
    assert boto3.Session().region_name == os.environ["AWS_REGION"] == backend.settings("dev")["region"]


def test_after_a_change_of_the_backend_file_it_is_initialised_no_more(tmp_path: Path) -> None:
    _initialised(tmp_path / "build" / "out" / "terraform" / "dev", "prod")
    assert not backend.choose("dev")


def test_a_folder_that_was_left_half_made_is_not_initialised(tmp_path: Path) -> None:
    folder = _initialised(tmp_path / "build" / "out" / "terraform" / "dev", "dev")
    (folder / "providers").rmdir()
    assert not backend.choose("dev")


def test_a_folder_that_the_caller_set_is_never_turned_to_another_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TF_DATA_DIR", str(_initialised(tmp_path / "mine", "prod")))
    assert backend.choose("prod")
    with pytest.raises(
        SluiceError, match=r"reads s3://sluice-prod-state/sluice/prod\.tfstate, but the state of dev is s3://"
    ):
        backend.choose("dev")
