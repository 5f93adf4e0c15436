"""What `make apply MODEL=... SHARE=...` asks of Terraform, as values of its variables."""

import json
from collections.abc import Mapping
from typing import Any

from sluice.models.versions import Version


class ReleaseError(Exception):
    """A share was asked for that cannot be given; the message is a sentence."""


def values(outputs: Mapping[str, Any], version: Version | None, share: float | None) -> dict[str, Any]:
    """The root's variables `model` and `release`, those that are asked for.

    With a share, the version of each function that answers now, by the root's outputs, keeps the other calls, also when
    a share is raised or lowered.
    """
    asked: dict[str, Any] = {}
    if version is not None:
        asked["model"] = str(version)
    if share is not None:
        if "versions" not in outputs:
            raise ReleaseError(
                "SHARE gives the newest versions a part of the calls, but none answers yet: apply without it first."
            )
        stable = {function: of["live"] for function, of in outputs["versions"].items()}
        asked["release"] = {"share": share, "stable": stable}
    return asked


def exports(asked: Mapping[str, Any]) -> dict[str, str]:
    """The values as the environment variables from which Terraform takes them."""
    return {f"TF_VAR_{name}": value if isinstance(value, str) else json.dumps(value) for name, value in asked.items()}
