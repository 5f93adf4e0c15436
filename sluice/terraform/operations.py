"""The Terraform operations of `sluice terraform`: plan, apply, destroy, or any other command, in one environment."""

import os
from collections.abc import Sequence
from pathlib import Path

from build.package.target import Target
from sluice.errors import SluiceError
from sluice.project import terraform_root
from sluice.terraform import backend, runner, saved_plan, stack
from sluice.terraform.runner import TerraformError
from sluice.terraform.state_location import StateLocation


def enter(environment: str) -> None:
    """Point this process and its Terraform at an environment: cloud, region, state, and the build that is deployed.

    `local` is the cloud of `make up`, to which the build for this machine is deployed unless TF_VAR_build names
    another.

    Raises:
        SluiceError: The local cloud is not running, or the backend file is incomplete.
    """
    StateLocation.from_environment(environment)
    if environment == "local":
        backend.use_local_cloud()
        os.environ.setdefault("TF_VAR_build", str(Target.current()))
    backend.select(environment)


def initialize(environment: str) -> None:
    """Enter an environment and run `terraform init`. Raises SluiceError, with the fix, when that fails."""
    enter(environment)
    stack.initialize(environment)


def plan(environment: str, *, out: Path | None = None, lock_timeout: str | None = None) -> None:
    """Run `terraform plan`, after `initialize`.

    Args:
        environment: Name of the environment.
        out: File to save the plan to.
        lock_timeout: How long to wait for the state's lock, for example "5m".

    Raises:
        TerraformError: The plan failed.
    """
    save = [f"-out={out.absolute()}"] if out else []
    runner.show(terraform_root(), "plan", _var_file(environment), *_lock_timeout(lock_timeout), *save)


def apply(
    environment: str,
    *,
    saved: Path | None = None,
    lock_timeout: str | None = None,
    auto_approve: bool = False,
) -> None:
    """Run `terraform apply`, after `initialize`.

    Args:
        environment: Name of the environment.
        saved: A saved plan, which is applied exactly as it was saved.
        lock_timeout: How long to wait for the state's lock, for example "5m".
        auto_approve: Do not ask for confirmation.

    Raises:
        SluiceError: The saved plan must not be applied, or the state could not be saved.
        TerraformError: The apply failed.
    """
    try:
        if saved:
            saved_plan.apply_saved_plan(environment, saved, *_lock_timeout(lock_timeout))
        else:
            _change("apply", environment, lock_timeout, auto_approve=auto_approve)
    except TerraformError as error:
        _explain_unsaved_state(error)


def destroy(environment: str, *, lock_timeout: str | None = None, auto_approve: bool = False) -> None:
    """Run `terraform destroy`, after `initialize`. The arguments and errors are those of `apply`."""
    try:
        _change("destroy", environment, lock_timeout, auto_approve=auto_approve)
    except TerraformError as error:
        _explain_unsaved_state(error)


def run(environment: str, command_line: Sequence[str]) -> None:
    """Run any Terraform command, after `initialize`. `import` reads the environment's variables.

    Args:
        environment: Name of the environment.
        command_line: The command and its arguments, which reach Terraform unchanged.

    Raises:
        TerraformError: The command failed.
    """
    command, *arguments = command_line
    runner.show(terraform_root(), command, *arguments, variables={"TF_CLI_ARGS_import": _var_file(environment)})


def _change(command: str, environment: str, lock_timeout: str | None, *, auto_approve: bool) -> None:
    options = [*_lock_timeout(lock_timeout), *(["-auto-approve"] if auto_approve else [])]
    runner.show(terraform_root(), command, _var_file(environment), *options)


def _explain_unsaved_state(error: TerraformError) -> None:
    if 'has been written to the file "errored.tfstate"' in error.stderr:
        raise SluiceError(
            "Only terraform/errored.tfstate records the created resources: keep that file, and apply nothing before it "
            "is pushed. docs/state.md, Lost backend, describes how."
        ) from error
    raise error


def _var_file(environment: str) -> str:
    return f"-var-file=environments/{environment}.tfvars"


def _lock_timeout(duration: str | None) -> list[str]:
    return [f"-lock-timeout={duration}"] if duration else []
