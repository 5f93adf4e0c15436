"""Patches of ministack where it differs from what AWS documents.

Each patch replaces or wraps functions of ministack's modules, so all of them are written for exactly one version of it
(server/emulator.py). A module holds the patches of one part of a service; `@patch` registers each with a name. The
docstring of a patch states what AWS documents, what ministack does and whether the change could be offered to
ministack. `python -m localcloud.patches.catalog` writes the table in localcloud/README.md from these docstrings.
"""

import importlib
import pkgutil
from collections.abc import Collection

from localcloud.patches import registry
from localcloud.patches.cloud import Cloud
from localcloud.settings import CloudError


def apply(cloud: Cloud, skip: Collection[str] = ()) -> None:
    """Apply all patches except those named in `skip`.

    Runs in the server's process, before ministack serves its first request.

    Raises:
        CloudError: If `skip` names an unknown patch.
    """
    from localcloud.patches.iam import authorization  # only the server's environment has ministack

    load()
    if unknown := set(skip) - registry.PATCHES.keys():
        known = ", ".join(sorted(registry.PATCHES))
        raise CloudError(f"Unknown patch: {', '.join(sorted(unknown))}. The patches are {known}.")
    authorization.install()
    for name in registry.sort_names({name: patch.after for name, patch in registry.PATCHES.items()}):
        if name not in skip:
            registry.PATCHES[name].apply(cloud)


def load() -> None:
    """Import every module of this package, which registers all patches."""
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        importlib.import_module(module.name)
