"""terraform/bootstrap as a copy in build/out, which may keep a state of its own until there is a bucket for it."""

import json
import shutil
from collections.abc import Mapping

from ops import stack
from ops.states import terraform
from ops.states.place import Place

_LOCAL = 'terraform {\n  backend "local" {\n    path = "../../terraform.tfstate"\n  }\n}\n'


class Workshop:
    """The folder for one bucket; the state that an interrupted run left there is gone on with."""

    def __init__(self, place: Place, environment: str) -> None:
        self._place, self._environment = place, environment
        self._folder = stack.PROJECT / "build" / "out" / "bootstrap" / place.bucket
        self.root = self._folder / "terraform" / "bootstrap"
        self.state = self._folder / "terraform.tfstate"

    def prepare(self, found: Mapping[str, str], *, in_bucket: bool) -> None:
        """Copy the root and `terraform init` it; `found` are ids of what is there, by address (see its variables)."""
        shutil.rmtree(self.root, ignore_errors=True)
        if not (modules := self._folder / "modules").exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            modules.symlink_to(stack.PROJECT / "modules")
        shutil.copytree(stack.ROOT / "bootstrap", self.root, ignore=shutil.ignore_patterns(".terraform*", "*.tfstate*"))
        values = {"bucket": self._place.bucket, "keys": self._place.keys, "found": dict(found)}
        (self.root / "place.auto.tfvars.json").write_text(json.dumps(values))
        chosen = [f"-backend-config={name}={getattr(self._place, name)}" for name in ("bucket", "region")]
        if not in_bucket:
            (self.root / "backend_override.tf").write_text(_LOCAL)
            chosen = []
        self._run("init", "-input=false", "-reconfigure", *chosen, quiet=True)

    def apply(self) -> None:
        """Plan and apply, without a question: nothing here can be lost by it."""
        self._run(
            "plan", "-input=false", "-out=bootstrap.tfplan", quiet=True
        )  # the policies alone would fill ten pages
        self._run("apply", "-input=false", "bootstrap.tfplan")

    def clear(self) -> None:
        """Forget the folder: the state is in the bucket."""
        shutil.rmtree(self._folder)

    def _run(self, *arguments: str, quiet: bool = False) -> None:
        data = {"TF_DATA_DIR": str(self._folder / "data")}
        terraform.run(self.root, *arguments, environment=self._environment, quiet=quiet, variables=data)
