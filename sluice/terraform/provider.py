"""Where Terraform gets its AWS provider from: a folder of this machine that has it, otherwise the registry."""

import os
from pathlib import Path

VERSION = "5.100.0"  # as terraform/versions.tf pins it; the Makefile looks in the same places
_FOLDERS = ("~/.terraform.d/plugins", "/usr/local/share/terraform/plugins")


def mirror() -> Path | None:
    """The first of the usual folders, or the one that TF_PLUGIN_MIRROR names, with the pinned provider in it."""
    named = os.environ.get("TF_PLUGIN_MIRROR")
    folders = [Path(named)] if named else []
    folders += [*(Path(folder).expanduser() for folder in _FOLDERS), *sorted(Path("/opt").glob("*/"))]
    return next((folder for folder in folders if holds(folder)), None)


def holds(folder: Path) -> bool:
    """Whether the pinned provider is in it, for any machine."""
    return any(folder.glob(f"*/hashicorp/aws/{VERSION}"))


def environment() -> dict[str, str]:
    """This process's variables, with that folder for `terraform init` unless its arguments are set already."""
    variables = dict(os.environ)
    if "TF_CLI_ARGS_init" not in variables and (folder := mirror()):
        variables["TF_CLI_ARGS_init"] = f"-plugin-dir={folder}"
    if not Path(variables.get("TF_CLI_CONFIG_FILE", "")).is_file():
        variables.pop("TF_CLI_CONFIG_FILE", None)  # a setting that names a missing file only makes Terraform warn
    return variables
