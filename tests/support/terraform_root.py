"""Runs Terraform through python-terraform on a copy of the project."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from python_terraform import IsFlagged, Terraform

PROJECT = Path(__file__).parents[2]


def copy_project(folder: Path) -> Path:
    """Copy the project's Terraform to a folder, because tests must leave no state or plugins in the working tree.

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
    """A plan.

    Attributes:
        empty: Whether an apply would change nothing.
        resources: Values of the resources, by address.
        outputs: Values of the changed outputs that are known before the apply.
        text: The text that Terraform prints.
    """

    empty: bool
    resources: dict[str, dict[str, Any]]
    outputs: dict[str, Any]
    text: str


class Root:
    """A folder that Terraform plans and applies with values for its variables.

    Args:
        folder: The folder of the root.
        environment: The environment whose tfvars file and backend it uses; None for neither.
        state: The key of the state in the backend; None for the environment's own.
        values: Values of variables, which override those of the environment.
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
        self._run("init", backend_config=backend + ([f"key={state}"] if state else []))

    def apply(self, **values: Any) -> None:
        """Apply without confirmation; later calls keep these values."""
        self._values |= values
        self._run("apply", skip_plan=True, var_file=self._var_files({}))

    def apply_only(self, *addresses: str) -> None:
        """Apply these resources and their dependencies."""
        self._run("apply", skip_plan=True, var_file=self._var_files({}), target=list(addresses))

    def destroy(self) -> None:
        """Destroy without confirmation."""
        self._run("destroy", force=None, auto_approve=IsFlagged, var_file=self._var_files({}))

    def plan(self, **values: Any) -> Plan:
        """Return the plan of an apply."""
        _, text, _ = self._run("plan", allowed=(0, 2), out="test.tfplan", var_file=self._var_files(values))
        _, output, _ = self._run("show", "test.tfplan", json=IsFlagged)
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
        _, _, error = self._run("plan", allowed=(1,), var_file=self._var_files(values), **options)
        return " ".join(error.replace("│", " ").split())

    def outputs(self) -> dict[str, Any]:
        """Return the outputs by name."""
        return {name: output["value"] for name, output in self._terraform.output().items()}

    def _var_files(self, values: dict[str, Any]) -> list[str]:
        """Return the environment's file, then the values: python-terraform's `var` option has lower precedence."""
        file = self._folder / "test.tfvars.json"
        file.write_text(json.dumps(self._values | values))
        return [*self._files, file.name]

    def _run(
        self, command: str, *arguments: str, allowed: tuple[int, ...] = (0,), **options: Any
    ) -> tuple[int, str, str]:
        code, out, err = getattr(self._terraform, command)(*arguments, no_color=IsFlagged, **options)
        if code not in allowed:
            raise AssertionError(f"terraform {command} exited with {code}, not {allowed}:\n{out[-2000:]}\n{err}")
        return code, out, err


def _resources(module: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    resources = [(resource["address"], resource.get("values", {})) for resource in module.get("resources", [])]
    return resources + [resource for child in module.get("child_modules", []) for resource in _resources(child)]
