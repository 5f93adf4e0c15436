"""The project's folder: the one that holds terraform/, modules/, models/ and build/."""

import os
from pathlib import Path

from sluice.errors import SluiceError

_SOURCE_TREE = Path(__file__).resolve().parents[1]


def find_project() -> Path:
    """Return the folder of the Sluice project.

    It is the folder that the variable SLUICE_PROJECT names, or the source tree that this module belongs to. An
    installed package belongs to no source tree: then it is the current folder, or the nearest parent that is a project.

    Raises:
        SluiceError: There is no such folder.
    """
    if named := os.environ.get("SLUICE_PROJECT"):
        project = Path(named).expanduser().absolute()
        if not _is_project(project):
            raise SluiceError(
                f"SLUICE_PROJECT is {named}, which has no folder terraform/environments: set it to the folder of a "
                "Sluice project."
            )
        return project
    here = Path.cwd()
    for folder in (_SOURCE_TREE, here, *here.parents):
        if _is_project(folder):
            return folder
    raise SluiceError(
        f"Neither {here} nor a folder above it is a Sluice project: run this command in the folder that holds "
        "terraform/environments, or set SLUICE_PROJECT to that folder."
    )


def terraform_root() -> Path:
    """Return the folder of the Terraform root that is applied. Raises SluiceError as `find_project` does."""
    return find_project() / "terraform"


def _is_project(folder: Path) -> bool:
    return (folder / "terraform" / "environments").is_dir()
