"""Apply a saved plan exactly as it was saved, or explain why it must not be applied."""

import hashlib
import json
import os
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sluice.errors import SluiceError
from sluice.project import terraform_root
from sluice.terraform import runner
from sluice.terraform.runner import TerraformError


def apply_saved_plan(environment: str, plan: Path, *options: str) -> None:
    """Run `terraform apply` with a saved plan.

    Terraform itself notices in the middle of the apply that a file is not the one that was planned, and reports a bug
    of the provider; so the files are compared before.

    Args:
        environment: The environment that the plan must be for.
        plan: The saved plan.
        options: Further options of `terraform apply`.

    Raises:
        SluiceError: The file is not a plan, is a plan of another environment, or is out of date.
        TerraformError: The apply failed.
    """
    plan_again = f"make plan ENV={environment} OUT={plan}"
    if not plan.is_file():
        raise SluiceError(f"There is no plan {plan}: save one with `{plan_again}`.")
    content = _read_plan(plan)
    if content is None:
        raise SluiceError(f"{plan} is not a plan that this Terraform can read: save one with `{plan_again}`.")
    planned = content.get("variables", {}).get("environment", {}).get("value")
    if planned != environment:
        raise SluiceError(
            f"{plan} is a plan of {planned}, not of {environment}: `make apply ENV={planned} PLAN={plan}` applies it."
        )
    for file in _find_changed_files(content):
        raise SluiceError(f"{file} was built again after the plan: plan again with `{plan_again}`.")
    try:
        runner.show(terraform_root(), "apply", "-input=false", *options, str(plan.absolute()))
    except TerraformError as error:
        if "Saved plan is stale" in error.stderr:
            raise SluiceError(
                f"{plan} is stale: something was applied after it was saved. Plan again with `{plan_again}`."
            ) from error
        raise


def _read_plan(plan: Path) -> dict[str, Any] | None:
    """Return the plan as JSON; None when Terraform cannot read it."""
    try:
        content: dict[str, Any] = json.loads(runner.capture(terraform_root(), "show", "-json", str(plan.absolute())))
    except TerraformError:
        return None
    return content


def _find_changed_files(plan: dict[str, Any]) -> Iterator[str]:
    """Yield the files that the plan would deploy but whose content has changed since."""
    for resource in plan.get("resource_changes", []):
        after = resource["change"]["after"] or {}
        if resource["change"]["actions"] == ["no-op"]:
            continue
        for file_argument, hash_argument in (("filename", "source_code_hash"), ("source", "source_hash")):
            path, planned = after.get(file_argument), after.get(hash_argument)
            if path and planned and planned not in _hash_file(terraform_root() / path):
                yield os.path.relpath(terraform_root() / path)


def _hash_file(file: Path) -> tuple[str, ...]:
    """Return a file's SHA-256 as filebase64sha256() and filesha256() write it; nothing for a missing file."""
    try:
        with file.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256")
    except FileNotFoundError:
        return ()
    return b64encode(digest.digest()).decode(), digest.hexdigest()
