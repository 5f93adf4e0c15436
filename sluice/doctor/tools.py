"""What this machine must have: Python, Terraform, its AWS provider, room on the disk."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from build import provider_mirror
from build.package.target import PYTHONS
from sluice.doctor.outcome import Outcomes, fail, ok, warn
from sluice.doctor.patient import Patient
from sluice.project import find_project, terraform_root

_BUILD_BYTES, _LITTLE_BYTES = 2 << 30, 256 << 20  # an environment with TensorFlow in it; hardly a zip


def python(_: Patient) -> Outcomes:
    """The Python that runs the tools, and the local cloud's functions."""
    found = f"{sys.version_info.major}.{sys.version_info.minor}"
    if found in PYTHONS:
        yield ok(f"Python {sys.version.split()[0]}")
    else:
        yield fail(
            f"Python {found} is none of {', '.join(PYTHONS)}.",
            "install one of them as python3, remove build/venv and run `make setup`.",
        )


def terraform(_: Patient) -> Outcomes:
    """Its version, as terraform/versions.tf wants it."""
    wanted = _pinned(r'required_version\s*=\s*"([^"]+)"')
    path = shutil.which("terraform")
    if path is None:
        yield fail("Terraform is not on the PATH.", f"install Terraform {wanted}.")
        return
    told = subprocess.run([path, "version", "-json"], capture_output=True, text=True, check=True)  # noqa: S603
    version: str = json.loads(told.stdout)["terraform_version"]
    if _fits(version, wanted):
        yield ok(f"Terraform {version} ({path})")
    else:
        yield fail(f"Terraform {version} ({path}) is not {wanted}.", f"put a Terraform {wanted} first on the PATH.")


def provider(_: Patient) -> Outcomes:
    """The AWS provider's pinned version, and where `terraform init` takes it from."""
    arguments = os.environ.get("TF_CLI_ARGS_init", "")  # noqa: SIM112 - Terraform's own spelling
    named = re.search(r"-plugin-dir=(\S+)", arguments)
    found = Path(named[1]) if named else provider_mirror.find_mirror()
    if found is None:
        yield ok(f"the AWS provider {provider_mirror.VERSION} from the registry, when Terraform is initialised")
    elif provider_mirror.has_provider(found):
        yield ok(f"the AWS provider {provider_mirror.VERSION} from {found}")
    else:
        yield fail(
            f"TF_CLI_ARGS_init names {found}, which does not hold hashicorp/aws {provider_mirror.VERSION}.",
            "unset it, or name a folder that holds <registry>/hashicorp/aws.",
        )


def disk(_: Patient) -> Outcomes:
    """Room for builds and environments."""
    free = shutil.disk_usage(find_project()).free
    told = f"{free / 2**30:.1f} GiB are free where {find_project()} lies"
    cure = (
        f"make room: a build with TensorFlow takes {_BUILD_BYTES >> 30} GiB; build/out/cloud and build/out/demo may go."
    )
    if free >= _BUILD_BYTES:
        yield ok(told)
    else:
        yield fail(f"Only {told}.", cure) if free < _LITTLE_BYTES else warn(f"Only {told}.", cure)


def _pinned(pattern: str) -> str:
    found = re.search(pattern, (terraform_root() / "versions.tf").read_text())
    if found is None:
        raise ValueError(f"{terraform_root() / 'versions.tf'} pins nothing like {pattern}.")
    return found[1]


def _fits(version: str, wanted: str) -> bool:
    """Whether a version meets constraints such as ">= 1.10, < 2.0"."""
    mine = _numbers(version)
    meets = {">=": lambda other: mine >= other, "<": lambda other: mine < other}
    return all(meets[how](_numbers(other)) for how, other in re.findall(r"(>=|<)\s*([\d.]+)", wanted))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("-")[0].split("."))
