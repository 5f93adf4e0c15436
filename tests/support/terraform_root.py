"""All that the tests know of python-terraform: a copy of the project to work in, and its roots."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from python_terraform import IsFlagged, Terraform

PROJECT = Path(__file__).parents[2]


def copy_project(folder: Path) -> Path:
    """The project's Terraform in a folder of its own, so that no test leaves state or plugins in the tree."""
    for part in ("terraform", "modules"):
        shutil.copytree(PROJECT / part, folder / part, ignore=shutil.ignore_patterns(".terraform*", "*.tfstate*"))
    for part in ("build", "models"):
        (folder / part).symlink_to(PROJECT / part)
    return folder


@dataclass(frozen=True)
class Plan:
    """What a plan would do: the resources by address, the outputs as far as known, the text."""

    empty: bool
    resources: dict[str, dict[str, Any]]
    outputs: dict[str, Any]
    text: str


class Root:
    """A folder that Terraform plans and applies, given values for its variables.

    With an environment, the values override its tfvars, and its backend keeps the state (under `state`, if given).
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
        """Apply without asking; the values are kept for what follows."""
        self._values |= values
        self._do("apply", skip_plan=True, var_file=self._var_files({}))

    def apply_only(self, *addresses: str) -> None:
        """Apply these resources and what they stand on."""
        self._do("apply", skip_plan=True, var_file=self._var_files({}), target=list(addresses))

    def destroy(self) -> None:
        """Destroy without asking."""
        self._do("destroy", force=None, auto_approve=IsFlagged, var_file=self._var_files({}))

    def plan(self, **values: Any) -> Plan:
        """What an apply would do."""
        _, text, _ = self._do("plan", allowed=(0, 2), out="test.tfplan", var_file=self._var_files(values))
        _, shown, _ = self._do("show", "test.tfplan", json=IsFlagged)
        planned = json.loads(shown)
        values_after = planned["planned_values"]
        return Plan(
            empty=all(change["change"]["actions"] == ["no-op"] for change in planned.get("resource_changes", [])),
            resources=dict(_resources(values_after.get("root_module", {}))),
            outputs={name: change.get("after") for name, change in planned.get("output_changes", {}).items()},
            text=text,
        )

    def refusal(self, **values: Any) -> str:
        """The complaint of a plan that must fail, without the frame and line breaks that Terraform puts around it."""
        return self._complaint(values)

    def refusal_to_destroy(self) -> str:
        """The complaint of a plan to destroy everything, which must fail."""
        return self._complaint({}, destroy=IsFlagged)

    def _complaint(self, values: dict[str, Any], **how: Any) -> str:
        _, _, complaint = self._do("plan", allowed=(1,), var_file=self._var_files(values), **how)
        return " ".join(complaint.replace("│", " ").split())

    def outputs(self) -> dict[str, Any]:
        """The outputs by name."""
        return {name: output["value"] for name, output in self._terraform.output().items()}

    def _var_files(self, values: dict[str, Any]) -> list[str]:
        """The environment's file, then the values: python-terraform's own `var` would come before it and lose."""
        file = self._folder / "test.tfvars.json"
        file.write_text(json.dumps(self._values | values))
        return [*self._files, file.name]

    def _do(
        self, command: str, *arguments: str, allowed: tuple[int, ...] = (0,), **options: Any
    ) -> tuple[int, str, str]:
        code, out, err = getattr(self._terraform, command)(*arguments, no_color=IsFlagged, **options)
        if code not in allowed:
            raise AssertionError(f"terraform {command} ended with {code}, not {allowed}:\n{out[-2000:]}\n{err}")
        return code, out, err


def _resources(module: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    own = [(resource["address"], resource.get("values", {})) for resource in module.get("resources", [])]
    return own + [found for child in module.get("child_modules", []) for found in _resources(child)]
