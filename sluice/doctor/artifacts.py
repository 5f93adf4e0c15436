"""Checks of the build: against its sources, against the limits of Lambda, and against the deployed code."""

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
from sluice.doctor.context import CheckResults, Context, SkippedError, fail, ok, warn
from sluice.project import find_project, terraform_root

_NEARLY_FULL = 0.95  # fraction of the limit


def build_folder() -> Path:
    """Return the folder to which `make build` writes."""
    return find_project() / "build" / "out"


def check_build(context: Context) -> CheckResults:
    """Check that the zips and layers of the build are up to date with their sources."""
    target = _read_target(context.name)
    folder, manifest = build_folder() / str(target), _read_manifest(context.name)
    outdated = [
        name for name in list_functions(find_project() / "lambdas") if _is_function_outdated(name, folder, manifest)
    ]
    outdated += [f"layer {name}" for name in manifest["layers"] if _is_layer_outdated(name, target, folder)]
    if outdated:
        environment = f" ENV={context.name}" if context.name == "local" else ""
        yield warn(
            f"build/out/{folder.name} is older than the sources of {', '.join(outdated)}.",
            f"run `make build{environment}` (`make plan` and `make apply` run it, too).",
        )
    else:
        yield ok(f"build/out/{folder.name} is up to date")


def check_deployed_code(context: Context) -> CheckResults:
    """Check that the live version of each function has the code of the build."""
    names, manifest = context.output("functions"), _read_manifest(context.name)
    different = []
    for purpose, name in names.items():
        configuration = context.client("lambda").get_function_configuration(FunctionName=name, Qualifier="live")
        built = manifest["functions"].get(purpose, {}).get("sha256", "")
        if configuration["CodeSha256"] != base64.b64encode(bytes.fromhex(built)).decode():
            different.append(purpose)
    if different:
        yield warn(
            f"The deployed code of {', '.join(different)} is not that of the build.",
            f"run `make apply ENV={context.name}`, unless an older version is deployed on purpose.",
        )
    else:
        yield ok(f"all {len(names)} functions have the code of the build")


def check_sizes(context: Context) -> CheckResults:
    """Check that the largest function and all layers together are within the limit of Lambda."""
    manifest = _read_manifest(context.name)
    largest = max(entry["unzipped_bytes"] for entry in manifest["functions"].values())
    total = largest + sum(entry["unzipped_bytes"] for entry in manifest["layers"].values())
    message = f"the largest function and all layers have {total:,} of {UNZIPPED_LIMIT:,} bytes unzipped"
    fix = "exclude more files from a layer (build/layers/*.toml), or build with fewer ENGINES."
    if total > UNZIPPED_LIMIT:
        yield fail(f"Lambda will refuse it: {message}.", fix)
    elif total > _NEARLY_FULL * UNZIPPED_LIMIT:
        yield warn(f"Close to the limit: {message}.", fix)
    else:
        yield ok(message)


def _read_target(environment: str) -> Target:
    """Return the target of an environment's build: that of TF_VAR_build, of its tfvars file, or of this machine."""
    tfvars = (terraform_root() / "environments" / f"{environment}.tfvars").read_text()
    setting = re.search(r'^build\s*=\s*"([^"]+)"', tfvars, re.MULTILINE)
    build = os.environ.get("TF_VAR_build")  # noqa: SIM112 - Terraform's own spelling
    build = build or (setting[1] if setting else str(Target.current()))
    python, _, architecture = build.partition("-")
    return Target(python, architecture)


def _read_manifest(environment: str) -> dict[str, Any]:
    file = build_folder() / str(_read_target(environment)) / "manifest.json"
    try:
        manifest: dict[str, Any] = json.loads(file.read_text())
    except FileNotFoundError as missing:
        raise SkippedError(f"build/out/{file.parent.name} does not exist: run `make build`") from missing
    return manifest


def _is_function_outdated(name: str, folder: Path, manifest: dict[str, Any]) -> bool:
    built = package_function(find_project() / "lambdas", name, folder)
    return built.data is not None or manifest["functions"].get(name, {}).get("sha256") != built.sha256


def _is_layer_outdated(name: str, target: Target, folder: Path) -> bool:
    layers = find_project() / "build" / "layers"
    recipe = Recipe.from_file(layers / f"{name}.toml")
    compiler = find_compiler(target.python) if recipe.uncompiled is None else None
    return load_layer(recipe, layers / f"{name}.lock", target, folder, compiler) is None
