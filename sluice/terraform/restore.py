"""Makes an older version of a state the current one again: as a new version, under the lock, losing none."""

import json
from collections.abc import Iterable

from sluice.errors import SluiceError
from sluice.terraform import lock
from sluice.terraform.history import History, Summary, Version


def restore(history: History, asked: str) -> str:
    """Bring back the version whose id is, or begins with, `asked`; a sentence of what was done, or SluiceError why not.

    Its lineage stays; its serial becomes higher than its own and any that was written since, so that no plan that was
    saved meanwhile can be applied to it. Older ones are not read: Terraform counts upwards.
    """
    with lock.held(history, "restore"):
        versions = history.versions()
        version = _meant(versions, asked, history)
        state = history.state(version)
        if state is None:
            raise SluiceError(f"Version {asked} is no readable state: `make state-versions ALL=1` lists others.")
        since = [one for one in versions if one.written >= version.written]
        serial = max(summary.serial for summary in history.summaries(since) if summary) + 1
        body = json.dumps(state | {"serial": serial}, indent=2)
        history.s3.put_object(
            Bucket=history.bucket, Key=history.key, Body=body.encode(), ContentType="application/json"
        )
    resources = Summary.of(state).resources
    return (
        f"s3://{history.bucket}/{history.key} is again what it was on {version.written:%Y-%m-%d at %H:%M:%S}, with "
        f"{resources} resources, now as serial {serial}. `make plan` tells what differs from what there is."
    )


def _meant(versions: Iterable[Version], asked: str, history: History) -> Version:
    found = [version for version in versions if asked and version.id.startswith(asked)]
    if len(found) != 1:
        how = "no version" if not found else f"{len(found)} versions"
        raise SluiceError(
            f"The state s3://{history.bucket}/{history.key} has {how} {asked}: `make state-versions ALL=1` lists "
            "them all."
        )
    return found[0]
