"""Backend files: they name the region and the state of each environment. Select an environment for this process."""

import json
import os
import re
from pathlib import Path
from typing import Any

from localcloud import LocalCloud
from sluice.errors import SluiceError
from sluice.project import find_project, terraform_root

_SETTING = re.compile(r'^(\w+)\s*=\s*"([^"]*)"', re.MULTILINE)


def read_settings(environment: str) -> dict[str, str]:
    """Return bucket, key and region from terraform/environments/<environment>.s3.tfbackend."""
    return dict(_SETTING.findall((terraform_root() / "environments" / f"{environment}.s3.tfbackend").read_text()))


def select(environment: str) -> bool:
    """Point this process and its Terraform at an environment's region, and at a TF_DATA_DIR for its state alone.

    A TF_DATA_DIR that the caller has set is used if it belongs to this environment's state.

    Returns:
        Whether that folder is already initialized for the environment's state.

    Raises:
        SluiceError: TF_DATA_DIR is set and belongs to another state.
    """
    settings = read_settings(environment)
    set_region(settings["region"])
    named = os.environ.get("TF_DATA_DIR")
    folder = Path(terraform_root(), named) if named else find_project() / "build" / "out" / "terraform" / environment
    initialized = _read_initialized_backend(folder)
    if named and initialized and not settings.items() <= initialized.items():
        raise SluiceError(
            f"TF_DATA_DIR is {named}, where Terraform reads s3://{initialized['bucket']}/{initialized['key']}, but the "
            f"state of {environment} is s3://{settings['bucket']}/{settings['key']}: unset TF_DATA_DIR, or choose the "
            "environment that it belongs to."
        )
    os.environ["TF_DATA_DIR"] = str(folder)
    return settings.items() <= initialized.items()


def set_region(region: str) -> None:
    """Make this process and its Terraform work in a region, also if the shell or a profile names another one."""
    os.environ |= {"AWS_REGION": region, "AWS_DEFAULT_REGION": region}  # boto3 reads only the second


def use_local_cloud() -> None:
    """Point this process at the local cloud of `make up`. Raises SluiceError when it is not running."""
    cloud = LocalCloud.find(find_project() / "build" / "out" / "cloud")
    if cloud is None:
        raise SluiceError("No local cloud is running: start one with `make up`, then `make apply ENV=local`.")
    os.environ.pop("AWS_PROFILE", None)  # it may name a profile that this machine lacks
    os.environ |= cloud.environment()


def _read_initialized_backend(folder: Path) -> dict[str, Any]:
    """Return the backend of the last `terraform init` in a folder; nothing if there was none, or it failed."""
    try:
        backend: dict[str, Any] = json.loads((folder / "terraform.tfstate").read_text())["backend"]["config"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return backend if (folder / "providers").is_dir() else {}
