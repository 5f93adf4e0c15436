"""Executions of the state machines, each named by its job."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from inference.errors import TransientError

_CONFIG = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 3, "mode": "standard"})
_THROTTLED = {"ExecutionLimitExceeded", "ThrottlingException", "ServiceUnavailable", "KmsThrottlingException"}


class StatesUnavailableError(TransientError):
    """Step Functions was away or overloaded: the same call may succeed later."""

    code = "states_unavailable"


@cache
def client() -> Any:
    """The process's one client of Step Functions."""
    return boto3.client("stepfunctions", config=_CONFIG)


def start(machine: str, job: str, given: Mapping[str, str]) -> bool:
    """Start the job's execution of `machine` (an ARN); False when there was one. Raises StatesUnavailableError."""
    try:
        client().start_execution(stateMachineArn=machine, name=job, input=json.dumps(given))
    except ClientError as error:
        if error.response["Error"]["Code"] != "ExecutionAlreadyExists":
            raise _fault(error) from error
        return False
    except (BotoCoreError, OSError) as error:
        raise StatesUnavailableError(f"Step Functions could not be reached ({type(error).__name__}).") from None
    return True


def describe(executions: str, job: str) -> dict[str, Any] | None:
    """A job's execution, or None; `executions` is the prefix of their ARNs. Raises StatesUnavailableError."""
    try:
        found: dict[str, Any] = client().describe_execution(executionArn=f"{executions}:{job}")
    except ClientError as error:
        if error.response["Error"]["Code"] == "ExecutionDoesNotExist":
            return None
        raise _fault(error) from error
    except (BotoCoreError, OSError) as error:
        raise StatesUnavailableError(f"Step Functions could not be reached ({type(error).__name__}).") from None
    return found


def _fault(error: Any) -> Exception:
    code: str = error.response["Error"]["Code"]
    if code in _THROTTLED or error.response["ResponseMetadata"].get("HTTPStatusCode", 0) >= 500:
        return StatesUnavailableError(f"Step Functions could not serve at the moment ({code}).")
    unexpected: Exception = error
    return unexpected
