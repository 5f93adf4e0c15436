"""Checks of this machine: Python, Terraform, its AWS provider, and disk space."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from build import provider_mirror
from build.package.target import PYTHONS
from sluice.doctor.context import CheckResults, Context, fail, ok, warn
from sluice.project import find_project, terraform_root

_BUILD_BYTES, _ZIP_BYTES = 2 << 30, 256 << 20  # a build with TensorFlow; a few zips


def check_python(_: Context) -> CheckResults:
    """Check the version of Python, which runs the tools and the functions in the local cloud."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    if version in PYTHONS:
        yield ok(f"Python {sys.version.split()[0]}")
    else:
        yield fail(
            f"Python {version} is not supported; supported versions are {', '.join(PYTHONS)}.",
            "install one of them as python3, remove build/venv and run `make setup`.",
        )


def check_terraform(_: Context) -> CheckResults:
    """Check that Terraform is installed in a version that terraform/versions.tf allows."""
    required = _find_setting(r'required_version\s*=\s*"([^"]+)"')
    path = shutil.which("terraform")
    if path is None:
        yield fail("Terraform is not on the PATH.", f"install Terraform {required}.")
        return
    process = subprocess.run([path, "version", "-json"], capture_output=True, text=True, check=True)  # noqa: S603
    version: str = json.loads(process.stdout)["terraform_version"]
    if _satisfies(version, required):
        yield ok(f"Terraform {version} ({path})")
    else:
        yield fail(
            f"Terraform {version} ({path}) does not satisfy {required}.",
            f"put Terraform {required} first on the PATH.",
        )


def check_provider(_: Context) -> CheckResults:
    """Check where `terraform init` finds the AWS provider in its pinned version."""
    arguments = os.environ.get("TF_CLI_ARGS_init", "")  # noqa: SIM112 - Terraform's own spelling
    match = re.search(r"-plugin-dir=(\S+)", arguments)
    folder = Path(match[1]) if match else provider_mirror.find_mirror()
    if folder is None:
        yield ok(f"the AWS provider {provider_mirror.VERSION} from the registry, when Terraform is initialized")
    elif provider_mirror.has_provider(folder):
        yield ok(f"the AWS provider {provider_mirror.VERSION} from {folder}")
    else:
        yield fail(
            f"TF_CLI_ARGS_init names {folder}, which does not contain hashicorp/aws {provider_mirror.VERSION}.",
            "unset it, or name a folder that contains <registry>/hashicorp/aws.",
        )


def check_disk(_: Context) -> CheckResults:
    """Check that there is space for a build."""
    project = find_project()
    free = shutil.disk_usage(project).free
    message = f"{free / 2**30:.1f} GiB are free in {project}"
    fix = (
        f"free some space: a build with TensorFlow needs {_BUILD_BYTES >> 30} GiB; build/out/cloud and build/out/demo "
        "can be deleted."
    )
    if free >= _BUILD_BYTES:
        yield ok(message)
    else:
        yield fail(f"Only {message}.", fix) if free < _ZIP_BYTES else warn(f"Only {message}.", fix)


def _find_setting(pattern: str) -> str:
    file = terraform_root() / "versions.tf"
    match = re.search(pattern, file.read_text())
    if match is None:
        raise ValueError(f"{file} has no setting that matches {pattern}.")
    return match[1]


def _satisfies(version: str, constraints: str) -> bool:
    """Return whether a version satisfies constraints such as ">= 1.10, < 2.0"."""
    numbers = _parse_version(version)
    operators = {">=": lambda other: numbers >= other, "<": lambda other: numbers < other}
    pairs = re.findall(r"(>=|<)\s*([\d.]+)", constraints)
    return all(operators[operator](_parse_version(other)) for operator, other in pairs)


def _parse_version(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("-")[0].split("."))
