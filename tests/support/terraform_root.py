"""Runs Terraform through python-terraform: a copy of the project to work in, and its roots."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from python_terraform import IsFlagged, Terraform

PROJECT = Path(__file__).parents[2]


def copy_project(folder: Path) -> Path:
    """Copy the project's Terraform to a folder, so that no test leaves state or plugins in the working tree.

    Modules accept a range of provider versions. In the copy they use the version of the root, also when planned alone.
    """
    for part in ("terraform", "modules"):
        shutil.copytree(PROJECT / part, folder / part, ignore=shutil.ignore_patterns(".terraform*", "*.tfstate*"))
    for file in folder.glob("modules/*/versions.tf"):
        if "hashicorp/aws" in file.read_text():
            shutil.copy(PROJECT / "terraform" / "versions.tf", file.with_name("versions_override.tf"))
    for part in ("build", "models"):
        (folder / part).symlink_to(PROJECT / part)
    return folder


@dataclass(frozen=True)
class Plan:
    """A plan: whether it changes anything, resources by address, outputs as far as known, and the text."""

    empty: bool
    resources: dict[str, dict[str, Any]]
    outputs: dict[str, Any]
    text: str


class Root:
    """A folder that Terraform plans and applies with values for its variables.

    With an environment, the values override its tfvars file, and its backend stores the state (under the
    key `state`, if given).
    """

    def __init__(
        self,
        folder: Path,
        *,
        environment: str | None = None,
        state: str | None = None,
        values: dict[str, Any] | None = None,
    ) -> None:
        self._folder = folder
        self._terraform = Terraform(working_dir=str(folder))
        self._files = [f"environments/{environment}.tfvars"] if environment else []
        self._values = dict(values or {})
        backend = [f"environments/{environment}.s3.tfbackend"] if environment else []
        self._do("init", backend_config=backend + ([f"key={state}"] if state else []))

    def apply(self, **values: Any) -> None:
        """Apply without confirmation; later calls keep these values."""
        self._values |= values
        self._do("apply", skip_plan=True, var_file=self._var_files({}))

    def apply_only(self, *addresses: str) -> None:
        """Apply these resources and their dependencies."""
        self._do("apply", skip_plan=True, var_file=self._var_files({}), target=list(addresses))

    def destroy(self) -> None:
        """Destroy without confirmation."""
        self._do("destroy", force=None, auto_approve=IsFlagged, var_file=self._var_files({}))

    def plan(self, **values: Any) -> Plan:
        """Return what an apply would do."""
        _, text, _ = self._do("plan", allowed=(0, 2), out="test.tfplan", var_file=self._var_files(values))
        _, output, _ = self._do("show", "test.tfplan", json=IsFlagged)
        planned = json.loads(output)
        values_after = planned["planned_values"]
        return Plan(
            empty=all(change["change"]["actions"] == ["no-op"] for change in planned.get("resource_changes", [])),
            resources=dict(_resources(values_after.get("root_module", {}))),
            outputs={name: change.get("after") for name, change in planned.get("output_changes", {}).items()},
            text=text,
        )

    def plan_error(self, **values: Any) -> str:
        """Return the error of a plan that must fail, on one line."""
        return self._plan_error(values)

    def destroy_error(self) -> str:
        """Return the error of a plan to destroy everything, which must fail."""
        return self._plan_error({}, destroy=IsFlagged)

    def _plan_error(self, values: dict[str, Any], **options: Any) -> str:
        _, _, error = self._do("plan", allowed=(1,), var_file=self._var_files(values), **options)
        return " ".join(error.replace("│", " ").split())

    def outputs(self) -> dict[str, Any]:
        """Return the outputs by name."""
        return {name: output["value"] for name, output in self._terraform.output().items()}

    def _var_files(self, values: dict[str, Any]) -> list[str]:
        """Return the environment's file, then the values: python-terraform's `var` option has lower precedence."""
        file = self._folder / "test.tfvars.json"
        file.write_text(json.dumps(self._values | values))
        return [*self._files, file.name]

    def _do(
        self, command: str, *arguments: str, allowed: tuple[int, ...] = (0,), **options: Any
    ) -> tuple[int, str, str]:
        code, out, err = getattr(self._terraform, command)(*arguments, no_color=IsFlagged, **options)
        if code not in allowed:
            raise AssertionError(f"terraform {command} exited with {code}, not {allowed}:\n{out[-2000:]}\n{err}")
        return code, out, err


def _resources(module: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    own = [(resource["address"], resource.get("values", {})) for resource in module.get("resources", [])]
    return own + [resource for child in module.get("child_modules", []) for resource in _resources(child)]
