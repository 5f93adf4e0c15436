"""StartExecution is idempotent by name: a call with the name and input of a running execution gives that one's answer.

When it has ended, or the input differs, the name is taken: ExecutionAlreadyExists. ministack always refuses the second
call, and takes names and inputs that AWS does not.
"""

import json
import re
import threading
from typing import Any

from ministack.core.responses import error_response_json, get_account_id, get_region, json_response
from ministack.services import stepfunctions

from localcloud.engines.stepfunctions.payload import MAX_PAYLOAD_BYTES
from localcloud.patches.cloud import Cloud

NAME = re.compile(r"""[^\s<>{}\[\]?*"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]{1,80}""")

_lock = threading.Lock()


def apply(_: Cloud) -> None:
    start = stepfunctions._start_execution

    def started(data: dict[str, Any]) -> Any:
        with _lock:  # requests come from one thread, nested executions from others
            return _refusal(data) or _same(data) or start(data)

    stepfunctions._start_execution = started


def _refusal(data: dict[str, Any]) -> Any:
    name, given = data.get("name"), data.get("input", "{}")
    if name is not None and not NAME.fullmatch(name):
        return error_response_json("InvalidName", f"Invalid Name: '{name}'", 400)
    if len(given.encode()) > MAX_PAYLOAD_BYTES:
        message = f"1 validation error detected: 'input' must have length less than or equal to {MAX_PAYLOAD_BYTES}"
        return error_response_json("ValidationException", message, 400)
    try:
        json.loads(given)
    except ValueError as error:
        message = f"Invalid State Machine Execution Input: '{error}'"
        return error_response_json("InvalidExecutionInput", message, 400)
    return None


def _same(data: dict[str, Any]) -> Any:
    """The answer to a start that is a repetition of one, or None."""
    machine = data.get("stateMachineArn", "").rsplit(":", 1)[-1]
    arn = f"arn:aws:states:{get_region()}:{get_account_id()}:execution:{machine}:{data.get('name')}"
    record = stepfunctions._executions.get(arn)
    if record is None or record["status"] != "RUNNING" or record["input"] != data.get("input", "{}"):
        return None
    return json_response({"executionArn": arn, "startDate": record["startDate"]})
