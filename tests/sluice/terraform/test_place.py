"""Where states lie: read from the backend files, with a sentence for each that does not say it."""

from pathlib import Path

import pytest

from sluice.errors import SluiceError
from sluice.terraform import outputs
from sluice.terraform.state_location import Place

BACKEND = 'bucket = "shared"\nkey    = "sluice/{name}.tfstate"\nregion = "eu-west-1"\n'


@pytest.fixture
def environments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(outputs, "PROJECT", tmp_path)
    monkeypatch.setattr(outputs, "ROOT", tmp_path / "terraform")
    folder = tmp_path / "terraform" / "environments"
    folder.mkdir(parents=True)
    for name in ("dev", "prod", "elsewhere"):
        (folder / f"{name}.tfvars").write_text(f'environment = "{name}"\n')
        (folder / f"{name}.s3.tfbackend").write_text(BACKEND.format(name=name))
    (folder / "elsewhere.s3.tfbackend").write_text(BACKEND.format(name="elsewhere").replace("shared", "another"))
    return folder


def test_environments_of_one_bucket_are_known_to_each_other(environments: Path) -> None:  # noqa: ARG001
    place = Place.of("prod")
    assert (place.bucket, place.region) == ("shared", "eu-west-1")
    assert place.keys == {"prod": "sluice/prod.tfstate", "dev": "sluice/dev.tfstate"}


def test_what_is_missing_is_named(environments: Path) -> None:
    file = environments / "dev.s3.tfbackend"
    file.write_text(file.read_text().replace("region", "# region"))
    with pytest.raises(
        SluiceError, match=r"terraform/environments/dev\.s3\.tfbackend says no region: add a line such as region"
    ):
        Place.of("dev")
    file.unlink()
    with pytest.raises(SluiceError, match=r"There is no terraform/environments/dev\.s3\.tfbackend, so nobody knows"):
        Place.of("dev")


def test_an_environment_is_called_as_its_files_are(environments: Path) -> None:
    (environments / "dev.tfvars").write_text('environment = "development"\n')
    with pytest.raises(SluiceError, match=r'terraform/environments/dev\.tfvars must say environment = "dev"'):
        Place.of("dev")
