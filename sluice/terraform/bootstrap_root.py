"""A copy of terraform/bootstrap in build/out, which can keep its own state until the state bucket exists."""

import json
import shutil
from collections.abc import Mapping

from sluice.errors import SluiceError
from sluice.project import find_project, terraform_root
from sluice.terraform import errors, runner
from sluice.terraform.state_location import StateLocation

_LOCAL_BACKEND = 'terraform {\n  backend "local" {\n    path = "../../terraform.tfstate"\n  }\n}\n'


class BootstrapRoot:
    """The copy for one state bucket. A run continues with the state that an interrupted run left there."""

    def __init__(self, location: StateLocation, environment: str) -> None:
        self._location, self._environment = location, environment
        self._folder = find_project() / "build" / "out" / "bootstrap" / location.bucket
        self.root = self._folder / "terraform" / "bootstrap"
        self.state = self._folder / "terraform.tfstate"
        self._variables = {"TF_DATA_DIR": str(self._folder / "data")}

    def prepare(self, existing: Mapping[str, str], *, in_bucket: bool) -> None:
        """Copy the root and run `terraform init` there.

        Args:
            existing: Ids of resources to import because they exist already, by Terraform address.
            in_bucket: Whether the state is already in the bucket.

        Raises:
            SluiceError: `terraform init` failed; the message has the fix.
        """
        shutil.rmtree(self.root, ignore_errors=True)
        if not (modules := self._folder / "modules").exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            modules.symlink_to(find_project() / "modules")
        shutil.copytree(
            terraform_root() / "bootstrap", self.root, ignore=shutil.ignore_patterns(".terraform*", "*.tfstate*")
        )
        values = {"bucket": self._location.bucket, "keys": self._location.keys, "existing": dict(existing)}
        (self.root / "location.auto.tfvars.json").write_text(json.dumps(values))
        backend = [f"-backend-config={name}={getattr(self._location, name)}" for name in ("bucket", "region")]
        if not in_bucket:
            (self.root / "backend_override.tf").write_text(_LOCAL_BACKEND)
            backend = []
        try:
            runner.capture(self.root, "init", "-input=false", "-reconfigure", *backend, variables=self._variables)
        except runner.TerraformError as error:
            raise SluiceError(errors.describe_error(error.stderr, self._environment)) from error

    def apply(self) -> None:
        """Plan and apply without questions: the root destroys nothing. Raises TerraformError when that fails."""
        plan = "bootstrap.tfplan"
        self._run("plan", f"-out={plan}", quiet=True)  # the policies alone fill ten pages
        self._run("apply", plan)

    def delete(self) -> None:
        """Delete the copy, once the state is in the bucket."""
        shutil.rmtree(self._folder)

    def _run(self, command: str, argument: str, *, quiet: bool = False) -> None:
        runner.show(self.root, command, "-input=false", argument, quiet=quiet, variables=self._variables)
