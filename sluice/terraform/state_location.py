"""Where an environment's state lies, and which others lie in the same bucket: read from the backend files alone."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from sluice.errors import SluiceError
from sluice.terraform import backend, outputs

_ENVIRONMENT = re.compile(r'^environment\s*=\s*"([^"]*)"', re.MULTILINE)


@dataclass(frozen=True)
class Place:
    """A bucket for states, its region, and the key of each environment's state in it."""

    bucket: str
    region: str
    keys: dict[str, str]

    @classmethod
    def of(cls, environment: str) -> Self:
        """Where terraform/environments/<environment>.s3.tfbackend says; SluiceError when it does not."""
        own = _settings(environment)
        folder = outputs.ROOT / "environments"
        others = {file.name.removesuffix(".s3.tfbackend") for file in folder.glob("*.s3.tfbackend")} - {environment}
        keys = {name: settings["key"] for name in others if (settings := _settings(name))["bucket"] == own["bucket"]}
        return cls(own["bucket"], own["region"], {environment: own["key"]} | dict(sorted(keys.items())))


def _settings(environment: str) -> dict[str, str]:
    folder = outputs.ROOT / "environments"
    file = folder / f"{environment}.s3.tfbackend"
    if not file.is_file():
        raise SluiceError(
            f"There is no {_shown(file)}, so nobody knows where the state of {environment} lies: write one with its "
            "bucket, key and region."
        )
    settings = backend.settings(environment)
    if missing := [name for name in ("bucket", "key", "region") if not settings.get(name)]:
        raise SluiceError(f'{_shown(file)} says no {missing[0]}: add a line such as {missing[0]} = "...".')
    variables = folder / f"{environment}.tfvars"
    named = _ENVIRONMENT.search(variables.read_text()) if variables.is_file() else None
    if named is None or named[1] != environment:
        raise SluiceError(
            f'{_shown(variables)} must say environment = "{environment}": who may do what is told by that name, which '
            "all that is deployed carries."
        )
    return settings


def _shown(file: Path) -> str:
    return str(file.relative_to(outputs.PROJECT))
