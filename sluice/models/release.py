"""Terraform's variables for `make apply MODEL=... SHARE=...`, which moves functions to another version."""

import json
from collections.abc import Mapping
from typing import Any

from sluice.environment import Environment
from sluice.errors import SluiceError
from sluice.models.publish import find_version, publish_version
from sluice.models.versions import Version, find_local_bundles
from sluice.project import find_project


class ReleaseError(SluiceError):
    """The traffic share cannot be set."""


def prepare_release(
    environment: Environment, reference: str | None, share: float | None, *, publish: bool
) -> tuple[dict[str, str], str | None]:
    """Return the environment variables with which Terraform moves to a version, and publish the version if needed.

    Args:
        environment: The environment to move.
        reference: The version to move to: the folder of a bundle, or name@hash; None to keep the deployed one.
        share: The traffic share (0 to 1) of the newest versions; None for all calls.
        publish: Whether to publish the version. For a plan it only has to exist.

    Returns:
        The variables by name, and a message about the published version, if there is one.

    Raises:
        ReleaseError: If a share is set before the first apply.
        BundleError, VersionError: As `publish_version`.
    """
    local, outputs = find_local_bundles(find_project()), environment.outputs_if_any
    s3, bucket = environment.client("s3"), outputs.get("models", {}).get("bucket")
    version, message = None, None
    if reference and bucket and publish:
        version, message = publish_version(s3, bucket, reference, local)
    elif reference:
        version, _ = find_version(s3, bucket, reference, local)
    return build_environment_variables(build_release_variables(outputs, version, share)), message


def build_release_variables(outputs: Mapping[str, Any], version: Version | None, share: float | None) -> dict[str, Any]:
    """Return the variables `model` and `canary` of Terraform's root, as far as they are set.

    Args:
        outputs: Terraform's outputs, before the release.
        version: The version of the model to move to; None to leave it.
        share: The traffic share (0 to 1) of the newest version of each function; None to leave it. The version that
            has been live until now keeps the rest, also when the share is changed later.

    Raises:
        ReleaseError: If a share is set before the first apply.
    """
    variables: dict[str, Any] = {}
    if version is not None:
        variables["model"] = str(version)
    if share is not None:
        if "versions" not in outputs:
            raise ReleaseError(
                "SHARE splits calls between the newest and the live version, but no version is live yet: apply without "
                "SHARE first."
            )
        stable = {function: versions["live"] for function, versions in outputs["versions"].items()}
        variables["canary"] = {"traffic_share": share, "stable_versions": stable}
    return variables


def build_environment_variables(variables: Mapping[str, Any]) -> dict[str, str]:
    """Return Terraform's variables as the environment variables from which Terraform reads them."""
    return {
        f"TF_VAR_{name}": value if isinstance(value, str) else json.dumps(value) for name, value in variables.items()
    }
