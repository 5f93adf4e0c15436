"""terraform/bootstrap as a copy in build/out, which may keep a state of its own until there is a bucket for it."""

import json
import shutil
from collections.abc import Mapping

from sluice.terraform import command, outputs
from sluice.terraform.state_location import Place

_LOCAL = 'terraform {\n  backend "local" {\n    path = "../../terraform.tfstate"\n  }\n}\n'


class Workshop:
    """The folder for one bucket; the state that an interrupted run left there is gone on with."""

    def __init__(self, place: Place, environment: str) -> None:
        self._place, self._environment = place, environment
        self._folder = outputs.PROJECT / "build" / "out" / "bootstrap" / place.bucket
        self.root = self._folder / "terraform" / "bootstrap"
        self.state = self._folder / "terraform.tfstate"
        self._data = {"TF_DATA_DIR": str(self._folder / "data")}

    def prepare(self, found: Mapping[str, str], *, in_bucket: bool) -> None:
        """Copy the root and `terraform init` it; `found` are ids of what is there, by address (see its variables)."""
        shutil.rmtree(self.root, ignore_errors=True)
        if not (modules := self._folder / "modules").exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            modules.symlink_to(outputs.PROJECT / "modules")
        shutil.copytree(
            outputs.ROOT / "bootstrap", self.root, ignore=shutil.ignore_patterns(".terraform*", "*.tfstate*")
        )
        values = {"bucket": self._place.bucket, "keys": self._place.keys, "found": dict(found)}
        (self.root / "place.auto.tfvars.json").write_text(json.dumps(values))
        chosen = [f"-backend-config={name}={getattr(self._place, name)}" for name in ("bucket", "region")]
        if not in_bucket:
            (self.root / "backend_override.tf").write_text(_LOCAL)
            chosen = []
        init = ("init", "-input=false", "-reconfigure", *chosen)
        command.prepare(self.root, *init, environment=self._environment, variables=self._data)

    def apply(self) -> None:
        """Plan and apply, without a question: nothing here can be lost by it."""
        plan = "bootstrap.tfplan"
        self._run("plan", f"-out={plan}", quiet=True)  # the policies alone would fill ten pages
        self._run("apply", plan)

    def clear(self) -> None:
        """Forget the folder: the state is in the bucket."""
        shutil.rmtree(self._folder)

    def _run(self, name: str, argument: str, *, quiet: bool = False) -> None:
        command.run(self.root, name, "-input=false", argument, quiet=quiet, variables=self._data)
