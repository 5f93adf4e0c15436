"""What `make apply MODEL=... SHARE=...` asks of Terraform, as values of its variables."""

import json
from collections.abc import Mapping
from typing import Any

from sluice.environment import Environment
from sluice.models import publish as publishing
from sluice.models import versions
from sluice.models.versions import Version
from sluice.project import find_project


class ReleaseError(Exception):
    """A share was asked for that cannot be given; the message is a sentence."""


def prepare_release(
    environment: Environment, model: str | None, share: float | None, *, publish: bool
) -> tuple[dict[str, str], str | None]:
    """Return the environment variables with which Terraform moves to a version, publishing it first if it is not there.

    Args:
        environment: The environment to move.
        model: Version to move to: a bundle's folder, or name@hash. None: keep the one that is deployed.
        share: Traffic share of the newest versions, from 0 to 1. None: all calls.
        publish: Publish the version. Without it, for a plan, it only has to exist.

    Returns:
        The variables by name, and a sentence about the published version, if there is one.
    """
    here, outputs = versions.here(find_project()), environment.outputs_if_any
    s3, bucket = environment.client("s3"), outputs.get("models", {}).get("bucket")
    version, message = None, None
    if model and bucket and publish:
        version, message = publishing.publish(s3, bucket, model, here)
    elif model:
        version, _ = publishing.meant(s3, bucket, model, here)
    return exports(values(outputs, version, share)), message


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
