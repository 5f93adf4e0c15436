"""The folder from which Terraform takes its AWS provider: a mirror on this machine, otherwise the registry."""

import os
from pathlib import Path

VERSION = "5.100.0"  # the version that terraform/versions.tf pins
_FOLDERS = ("~/.terraform.d/plugins", "/usr/local/share/terraform/plugins")


def find_mirror() -> Path | None:
    """Return the first folder that holds the pinned provider, or None.

    The search covers the folder that TF_PLUGIN_MIRROR names, Terraform's usual folders, and those of /opt.
    """
    named = os.environ.get("TF_PLUGIN_MIRROR")
    folders = [Path(named)] if named else []
    folders += [*(Path(folder).expanduser() for folder in _FOLDERS), *sorted(Path("/opt").glob("*/"))]
    return next((folder for folder in folders if has_provider(folder)), None)


def has_provider(folder: Path) -> bool:
    """Return whether a folder holds the pinned provider, for any platform."""
    return any(folder.glob(f"*/hashicorp/aws/{VERSION}"))


def terraform_variables() -> dict[str, str]:
    """Return this process's environment variables, with the mirror as an argument of `terraform init`.

    Arguments that TF_CLI_ARGS_init already has are kept. TF_CLI_CONFIG_FILE is left out when the file does not exist,
    because Terraform would print a warning with each command.
    """
    variables = dict(os.environ)
    if "TF_CLI_ARGS_init" not in variables and (folder := find_mirror()):
        variables["TF_CLI_ARGS_init"] = f"-plugin-dir={folder}"
    if not Path(variables.get("TF_CLI_CONFIG_FILE", "")).is_file():
        variables.pop("TF_CLI_CONFIG_FILE", None)
    return variables
