"""Makes an older version of a state the current one again: as a new version, under the lock, losing none."""

import json
from collections.abc import Iterable

from ops.states import lock
from ops.states.history import History, Version
from ops.told import Told


def restore(history: History, asked: str) -> str:
    """Bring back the version whose id is, or begins with, `asked`; a sentence of what was done, or Told why not.

    Its lineage stays; its serial becomes the highest of all, so that no plan saved before can be applied to it.
    """
    with lock.held(history, "restore"):
        versions = history.versions()
        version = _meant(versions, asked, history)
        if version.state is None:
            raise Told(f"Version {asked} is no readable state: `make state-versions` lists others.")
        serial = max(one.serial for one in versions) + 1
        body = json.dumps(version.state | {"serial": serial}, indent=2)
        history.s3.put_object(
            Bucket=history.bucket, Key=history.key, Body=body.encode(), ContentType="application/json"
        )
    return (
        f"s3://{history.bucket}/{history.key} is again what it was on {version.written:%Y-%m-%d at %H:%M:%S}, with "
        f"{version.resources} resources, now as serial {serial}. `make plan` tells what differs from what there is."
    )


def _meant(versions: Iterable[Version], asked: str, history: History) -> Version:
    found = [version for version in versions if asked and version.id.startswith(asked)]
    if len(found) != 1:
        how = "no version" if not found else f"{len(found)} versions"
        raise Told(
            f"The state s3://{history.bucket}/{history.key} has {how} {asked}: `make state-versions` lists them."
        )
    return found[0]
