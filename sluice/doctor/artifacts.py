"""What was built, against its sources and against what is deployed."""

import base64
import json
import os
import re
from pathlib import Path
from typing import Any

from build.package.artifacts import UNZIPPED_LIMIT
from build.package.bytecode import find_compiler
from build.package.functions import list_functions, package_function
from build.package.layers import load_layer
from build.package.recipe import Recipe
from build.package.target import Target
from sluice.doctor.outcome import Outcomes, fail, ok, warn
from sluice.doctor.patient import NotLookedAt, Patient
from sluice.project import find_project, terraform_root

_NEAR = 0.95  # of a limit


def build_folder() -> Path:
    """Return the folder that `make build` writes to."""
    return find_project() / "build" / "out"


def fresh(patient: Patient) -> Outcomes:
    """The build holds what its sources say."""
    target = _target(patient.name)
    folder, manifest = build_folder() / str(target), _manifest(patient.name)
    stale = [name for name in list_functions(find_project() / "lambdas") if _stale(name, folder, manifest)]
    stale += [f"layer {name}" for name in manifest["layers"] if not _layer_kept(name, target, folder)]
    if stale:
        yield warn(f"{folder.name} is older than the sources of {', '.join(stale)}.", _make(patient))
    else:
        yield ok(f"build/out/{folder.name} is as its sources say")


def deployed(patient: Patient) -> Outcomes:
    """The functions that answer are those that were built."""
    names, manifest = patient.output("functions"), _manifest(patient.name)
    other = []
    for purpose, name in names.items():
        settings = patient.client("lambda").get_function_configuration(FunctionName=name, Qualifier="live")
        built = manifest["functions"].get(purpose, {}).get("sha256", "")
        if settings["CodeSha256"] != base64.b64encode(bytes.fromhex(built)).decode():
            other.append(purpose)
    if other:
        yield warn(
            f"Other code is deployed than was built of {', '.join(other)}.",
            f"run `make apply ENV={patient.name}`, unless an older version is meant to answer.",
        )
    else:
        yield ok(f"all {len(names)} functions run what was built")


def sizes(patient: Patient) -> Outcomes:
    """The largest function with all layers, against what Lambda takes."""
    manifest = _manifest(patient.name)
    largest = max(facts["unzipped_bytes"] for facts in manifest["functions"].values())
    total = largest + sum(facts["unzipped_bytes"] for facts in manifest["layers"].values())
    told = f"the largest function and all layers have {total:,} of {UNZIPPED_LIMIT:,} bytes unzipped"
    cure = "leave more out of a layer (build/layers/*.toml), or build with fewer ENGINES."
    if total > UNZIPPED_LIMIT:
        yield fail(f"Lambda will refuse it: {told}.", cure)
    else:
        yield warn(f"Nearly full: {told}.", cure) if total > _NEAR * UNZIPPED_LIMIT else ok(told)


def _target(environment: str) -> Target:
    """What the environment is built for: TF_VAR_build, its tfvars, or this machine."""
    written = re.search(
        r'^build\s*=\s*"([^"]+)"', (terraform_root() / "environments" / f"{environment}.tfvars").read_text(), re.M
    )
    named = os.environ.get("TF_VAR_build")  # noqa: SIM112 - Terraform's own spelling
    named = named or (written[1] if written else str(Target.here()))
    python, _, architecture = named.partition("-")
    return Target(python, architecture)


def _manifest(environment: str) -> dict[str, Any]:
    file = build_folder() / str(_target(environment)) / "manifest.json"
    try:
        found: dict[str, Any] = json.loads(file.read_text())
    except FileNotFoundError as missing:
        raise NotLookedAt(f"nothing is built in build/out/{file.parent.name}: run `make build`") from missing
    return found


def _stale(name: str, folder: Path, manifest: dict[str, Any]) -> bool:
    built = package_function(find_project() / "lambdas", name, folder)
    return built.data is not None or manifest["functions"].get(name, {}).get("sha256") != built.sha256


def _layer_kept(name: str, target: Target, folder: Path) -> bool:
    layers = find_project() / "build" / "layers"
    recipe = Recipe.from_file(layers / f"{name}.toml")
    compiles = find_compiler(target.python) if recipe.uncompiled is None else None
    return load_layer(recipe, layers / f"{name}.lock", target, folder, compiles) is not None


def _make(patient: Patient) -> str:
    environment = f" ENV={patient.name}" if patient.name == "local" else ""
    return f"run `make build{environment}` (`make plan` and `make apply` do it, too)."
