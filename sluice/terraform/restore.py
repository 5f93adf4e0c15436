"""Restore an older version of a state: as a new version, under the lock. No version is deleted."""

import json
from collections.abc import Iterable

from sluice.errors import SluiceError
from sluice.terraform.history import StateHistory, StateSummary, StateVersion
from sluice.terraform.lock import hold_lock


def restore_version(history: StateHistory, version_id: str) -> str:
    """Write an older version of a state as the current one.

    The lineage stays. The serial becomes higher than that of the version and of every version written since, so that
    plans saved in the meantime are stale. Versions before it are not read, because Terraform only counts upwards.

    Args:
        history: The state.
        version_id: Id of the version, or its first characters.

    Returns:
        A sentence that describes the restored state.

    Raises:
        SluiceError: The state is locked, or the id does not name exactly one version with a valid state.
    """
    with hold_lock(history, "restore"):
        versions = history.list_versions()
        version = _find_version(versions, version_id, history)
        state = history.read_state(version)
        if state is None:
            raise SluiceError(
                f"Version {version_id} is not a readable state: `make state-versions ALL=1` lists the others."
            )
        newer = [candidate for candidate in versions if candidate.written >= version.written]
        serial = max(summary.serial for summary in history.summarize(newer) if summary) + 1
        body = json.dumps(state | {"serial": serial}, indent=2)
        history.s3.put_object(
            Bucket=history.bucket, Key=history.key, Body=body.encode(), ContentType="application/json"
        )
    resources = StateSummary.from_state(state).resources
    return (
        f"{history.uri} is restored to its version of {version.written:%Y-%m-%d %H:%M:%S}, with {resources} resources, "
        f"now as serial {serial}. `make plan` shows the differences from the deployed resources."
    )


def _find_version(versions: Iterable[StateVersion], version_id: str, history: StateHistory) -> StateVersion:
    matches = [version for version in versions if version_id and version.id.startswith(version_id)]
    if len(matches) != 1:
        count = "no version" if not matches else f"{len(matches)} versions"
        raise SluiceError(
            f"The state {history.uri} has {count} {version_id}: `make state-versions ALL=1` lists them all."
        )
    return matches[0]
