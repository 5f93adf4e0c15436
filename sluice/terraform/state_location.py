"""The location of each environment's state, read from the backend files alone."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from sluice.errors import SluiceError
from sluice.project import find_project, terraform_root
from sluice.terraform import backend

_ENVIRONMENT = re.compile(r'^environment\s*=\s*"([^"]*)"', re.MULTILINE)


@dataclass(frozen=True)
class StateLocation:
    """A state bucket, its region, and the key of each environment's state in it, by environment."""

    bucket: str
    region: str
    keys: dict[str, str]

    @classmethod
    def from_environment(cls, environment: str) -> Self:
        """Read the location of an environment's state, and which other environments share its bucket.

        Raises:
            SluiceError: terraform/environments/<environment>.s3.tfbackend or .tfvars is missing or incomplete.
        """
        own = _read_checked_settings(environment)
        folder = terraform_root() / "environments"
        others = {file.name.removesuffix(".s3.tfbackend") for file in folder.glob("*.s3.tfbackend")} - {environment}
        keys = {
            name: settings["key"]
            for name in others
            if (settings := _read_checked_settings(name))["bucket"] == own["bucket"]
        }
        return cls(own["bucket"], own["region"], {environment: own["key"]} | dict(sorted(keys.items())))


def _read_checked_settings(environment: str) -> dict[str, str]:
    folder = terraform_root() / "environments"
    file = folder / f"{environment}.s3.tfbackend"
    if not file.is_file():
        raise SluiceError(
            f"{_relative(file)} does not exist, so the location of the state of {environment} is not known: write one "
            "with its bucket, key and region."
        )
    settings = backend.read_settings(environment)
    if missing := [name for name in ("bucket", "key", "region") if not settings.get(name)]:
        raise SluiceError(f'{_relative(file)} has no {missing[0]}: add a line like {missing[0]} = "...".')
    variables = folder / f"{environment}.tfvars"
    named = _ENVIRONMENT.search(variables.read_text()) if variables.is_file() else None
    if named is None or named[1] != environment:
        raise SluiceError(
            f'{_relative(variables)} must set environment = "{environment}": the operators\' policies allow access by '
            "that name, which every resource carries."
        )
    return settings


def _relative(file: Path) -> str:
    return str(file.relative_to(find_project()))
