"""State locations: read from the backend files, with an error for each incomplete one."""

from pathlib import Path

import pytest

from sluice.errors import SluiceError
from sluice.terraform.state_location import StateLocation

BACKEND = 'bucket = "shared"\nkey    = "sluice/{name}.tfstate"\nregion = "eu-west-1"\n'


@pytest.fixture
def environments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SLUICE_PROJECT", str(tmp_path))
    folder = tmp_path / "terraform" / "environments"
    folder.mkdir(parents=True)
    for name in ("dev", "prod", "elsewhere"):
        (folder / f"{name}.tfvars").write_text(f'environment = "{name}"\n')
        (folder / f"{name}.s3.tfbackend").write_text(BACKEND.format(name=name))
    (folder / "elsewhere.s3.tfbackend").write_text(BACKEND.format(name="elsewhere").replace("shared", "another"))
    return folder


def test_location_includes_environments_of_the_same_bucket(environments: Path) -> None:  # noqa: ARG001
    location = StateLocation.from_environment("prod")
    assert location.bucket == "shared"
    assert location.region == "eu-west-1"
    assert location.keys == {"prod": "sluice/prod.tfstate", "dev": "sluice/dev.tfstate"}


def test_location_with_an_incomplete_backend_file_names_the_setting(environments: Path) -> None:
    file = environments / "dev.s3.tfbackend"
    file.write_text(file.read_text().replace("region", "# region"))
    with pytest.raises(
        SluiceError, match=r"terraform/environments/dev\.s3\.tfbackend has no region: add a line like region"
    ):
        StateLocation.from_environment("dev")
    file.unlink()
    with pytest.raises(SluiceError, match=r"terraform/environments/dev\.s3\.tfbackend does not exist, so the location"):
        StateLocation.from_environment("dev")


def test_location_requires_the_name_of_its_files(environments: Path) -> None:
    (environments / "dev.tfvars").write_text('environment = "development"\n')
    with pytest.raises(SluiceError, match=r'terraform/environments/dev\.tfvars must set environment = "dev"'):
        StateLocation.from_environment("dev")
