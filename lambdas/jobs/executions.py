"""Executions of the state machines, each named after its job."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from jobs.errors import StatesUnavailableError

_CONFIG = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 3, "mode": "standard"})
_THROTTLED = {"ExecutionLimitExceeded", "ThrottlingException", "ServiceUnavailable", "KmsThrottlingException"}


@cache
def client() -> Any:
    """Return the process's only client of Step Functions."""
    return boto3.client("stepfunctions", config=_CONFIG)


def start_execution(state_machine: str, job: str, payload: Mapping[str, str]) -> bool:
    """Start the execution of a job.

    Args:
        state_machine: ARN of the state machine.
        job: Name of the job and of the execution.
        payload: Input of the execution.

    Returns:
        False if an execution of this name already exists.

    Raises:
        StatesUnavailableError: Step Functions cannot start it at the moment.
    """
    try:
        client().start_execution(stateMachineArn=state_machine, name=job, input=json.dumps(payload))
    except ClientError as error:
        if error.response["Error"]["Code"] != "ExecutionAlreadyExists":
            raise _translate(error) from error
        return False
    except (BotoCoreError, OSError) as error:
        raise StatesUnavailableError(f"Step Functions could not be reached ({type(error).__name__}).") from None
    return True


def describe_execution(executions: str, job: str) -> dict[str, Any] | None:
    """Return the reply of DescribeExecution for a job, or None if it has no execution.

    Args:
        executions: Prefix of the ARNs of the state machine's executions.
        job: Name of the job.

    Raises:
        StatesUnavailableError: Step Functions cannot describe it at the moment.
    """
    try:
        execution: dict[str, Any] = client().describe_execution(executionArn=f"{executions}:{job}")
    except ClientError as error:
        if error.response["Error"]["Code"] == "ExecutionDoesNotExist":
            return None
        raise _translate(error) from error
    except (BotoCoreError, OSError) as error:
        raise StatesUnavailableError(f"Step Functions could not be reached ({type(error).__name__}).") from None
    return execution


def _translate(error: Any) -> Exception:
    code: str = error.response["Error"]["Code"]
    if code in _THROTTLED or error.response["ResponseMetadata"].get("HTTPStatusCode", 0) >= 500:
        return StatesUnavailableError(f"Step Functions is unavailable at the moment ({code}).")
    unexpected: Exception = error
    return unexpected
