"""Logs of executions: Step Functions Developer Guide, "Using CloudWatch Logs to log execution history"."""

import json
import time
from typing import Any

from tests.support.localcloud.aws import ACCOUNT, ALLOW_ALL, Aws, Statement, allow, unique_name
from tests.support.localcloud.state_machines import (
    RAISE_NAMED_ERROR,
    call_function,
    chain,
    start_execution,
    wait_for_end,
)

CATCH = [{"ErrorEquals": ["States.ALL"], "Next": "Fail"}]


def _logged(aws: Aws, level: str, statement: Statement = ALLOW_ALL) -> list[dict[str, Any]]:
    """What a failing execution of a new machine logs."""
    group = unique_name("/aws/vendedlogs/states/group")
    aws.client("logs").create_log_group(logGroupName=group)
    arn = f"arn:aws:logs:{aws.region}:{ACCOUNT}:log-group:{group}:*"
    task = {**call_function(aws.create_function(RAISE_NAMED_ERROR), "Spoilt"), "Catch": CATCH, "End": True}
    made = aws.client("stepfunctions").create_state_machine(
        name=unique_name("machine"), roleArn=aws.create_role("states", allow("lambda:InvokeFunction"), statement),
        definition=json.dumps(chain(Task=task, Fail={"Type": "Fail", "Error": "Enough"})),
        loggingConfiguration={"level": level, "includeExecutionData": False,
                              "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": arn}}]},
    )  # fmt: skip
    wait_for_end(aws, start_execution(aws, made["stateMachineArn"], {"secret": 1}))
    time.sleep(0.3)  # logs come after the end
    events = aws.client("logs").filter_log_events(logGroupName=group)["events"]
    return [json.loads(event["message"]) for event in events]


def test_errors_are_logged_without_data(aws: Aws) -> None:
    lines = _logged(aws, "ERROR")
    assert [line["type"] for line in lines] == ["TaskFailed", "FailStateEntered", "ExecutionFailed"]
    assert lines[0]["details"]["error"] == "Spoilt"
    assert "secret" not in json.dumps(lines)


def test_the_level_decides(aws: Aws) -> None:
    assert [line["type"] for line in _logged(aws, "FATAL")] == ["ExecutionFailed"]
    assert len(_logged(aws, "ALL")) > 5


def test_the_role_must_allow_the_delivery(aws: Aws) -> None:
    """logs:CreateLogDelivery, on everything."""
    assert _logged(aws, "ERROR", allow("logs:PutLogEvents")) == []
    assert _logged(aws, "ERROR", allow("logs:CreateLogDelivery"))
