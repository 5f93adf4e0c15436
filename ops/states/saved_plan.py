"""Applies a plan that was saved, exactly as it was saved, or says why it must not be."""

import json
import subprocess
from pathlib import Path

from ops import stack
from ops.states import terraform
from ops.told import Told


def apply(environment: str, plan: Path, *options: str) -> None:
    """`terraform apply` of a saved plan; Told when it is none, another environment's, or no longer true."""
    again = f"make plan ENV={environment} OUT={plan}"
    if not plan.is_file():
        raise Told(f"There is no plan {plan}: save one with `{again}`.")
    planned = _environment(plan)
    if planned is None:
        raise Told(f"{plan} is no plan that this Terraform can read: save one with `{again}`.")
    if planned != environment:
        raise Told(
            f"{plan} is a plan of {planned}, not of {environment}: `make apply ENV={planned} PLAN={plan}` applies it."
        )
    try:
        terraform.run(stack.ROOT, "apply", "-input=false", *options, str(plan.absolute()), environment=environment)
    except Told as told:
        if "Saved plan is stale" in str(told):
            raise Told(
                f"{plan} is stale: something was applied since it was saved. Look again with `{again}`."
            ) from told
        raise


def _environment(plan: Path) -> str | None:
    """The environment that a plan was made for; None when it cannot be read."""
    shown = subprocess.run(  # noqa: S603
        ["terraform", f"-chdir={stack.ROOT}", "show", "-json", str(plan.absolute())],  # noqa: S607
        capture_output=True,
        check=False,
        text=True,
    )
    if shown.returncode:
        return None
    name = json.loads(shown.stdout).get("variables", {}).get("environment", {}).get("value")
    return str(name) if name else None
