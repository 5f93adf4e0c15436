"""Publishing a version with SnapStart makes it active; ministack starts it in a worker of its own, the host's.

No snapshot is taken here: the version starts cold, like any other.
"""

import time
from typing import Any

from ministack.core.concurrency import spawn_background
from ministack.services import lambda_svc

from localcloud.patches.cloud import Cloud

SECONDS = 0.2  # AWS takes minutes
READY = {"State": "Active", "StateReason": "", "StateReasonCode": "", "LastUpdateStatus": "Successful"}


def apply(_: Cloud) -> None:
    def provision(_name: str, version: dict[str, Any]) -> None:
        def become_active() -> None:
            time.sleep(SECONDS)
            version["config"].update(READY)

        spawn_background(become_active, thread_name="snapshot")

    lambda_svc._snapstart_provision_version_async = provision
