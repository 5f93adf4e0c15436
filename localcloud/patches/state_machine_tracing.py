"""DescribeStateMachine gives tracingConfiguration; ministack forgets it, so Terraform plans it for ever."""

from collections.abc import Callable
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import stepfunctions

from localcloud.patches.cloud import Cloud


def apply(_: Cloud) -> None:
    stepfunctions._create_state_machine = _kept(stepfunctions._create_state_machine)
    stepfunctions._update_state_machine = _kept(stepfunctions._update_state_machine)


def _kept(change: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, Any]], Any]:
    def changed(data: dict[str, Any]) -> Any:
        answer = change(data)
        name = data.get("name")
        arn = data.get("stateMachineArn") or f"arn:aws:states:{get_region()}:{get_account_id()}:stateMachine:{name}"
        if answer[0] == 200:
            record = stepfunctions._state_machines[arn]
            record.setdefault("tracingConfiguration", {"enabled": False})
            record.update({key: data[key] for key in ("tracingConfiguration",) if key in data})
        return answer

    return changed
