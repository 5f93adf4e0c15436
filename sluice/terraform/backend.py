"""Where an environment lies: its backend file says in which region and which state, a folder remembers the state."""

import json
import os
import re
from pathlib import Path
from typing import Any

from sluice.errors import SluiceError
from sluice.terraform import outputs

_SETTING = re.compile(r'^(\w+)\s*=\s*"([^"]*)"', re.MULTILINE)


def settings(environment: str) -> dict[str, str]:
    """What terraform/environments/<environment>.s3.tfbackend says: bucket, key and region."""
    return dict(_SETTING.findall((outputs.ROOT / "environments" / f"{environment}.s3.tfbackend").read_text()))


def choose(environment: str) -> bool:
    """Turn this process to an environment's region and folder, as make does; whether that is initialised for its state.

    A folder that the caller has set is taken; SluiceError when it belongs to another state, which it must not leave.
    """
    enter_region(settings(environment)["region"])
    chosen = os.environ.get("TF_DATA_DIR")
    folder = Path(outputs.ROOT, chosen) if chosen else outputs.PROJECT / "build" / "out" / "terraform" / environment
    wanted, known = settings(environment), _remembered(folder)
    if chosen and known and not wanted.items() <= known.items():
        raise SluiceError(
            f"TF_DATA_DIR is {chosen}, where Terraform reads s3://{known['bucket']}/{known['key']}, but the state of "
            f"{environment} is s3://{wanted['bucket']}/{wanted['key']}: unset TF_DATA_DIR, or ask for its environment."
        )
    os.environ["TF_DATA_DIR"] = str(folder)
    return wanted.items() <= known.items()


def enter_region(region: str) -> None:
    """Let this process and its Terraform work there, whatever region a shell or a profile names."""
    os.environ |= {"AWS_REGION": region, "AWS_DEFAULT_REGION": region}  # boto3 knows only the second


def _remembered(folder: Path) -> dict[str, Any]:
    """The backend's settings of the last `terraform init` in a folder; none without one, or after one that failed."""
    try:
        backend: dict[str, Any] = json.loads((folder / "terraform.tfstate").read_text())["backend"]["config"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return backend if (folder / "providers").is_dir() else {}
