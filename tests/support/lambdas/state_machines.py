"""Small state machines in the local cloud, in place of those of the jobs."""

import json
import time
from collections.abc import Mapping
from typing import Any

import boto3

_TRUST = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}

_STATES: Mapping[str, Mapping[str, Any]] = {
    "waiting": {"Type": "Wait", "Seconds": 600, "End": True},
    "passing": {"Type": "Pass", "End": True},
    "failing": {"Type": "Fail", "ErrorPath": "$.error", "CausePath": "$.cause"},
}


class StateMachines:
    """Three state machines by their ARNs.

    Attributes:
        client: A client of Step Functions.
        waiting: Waits longer than any test.
        passing: Returns its input.
        failing: Fails with the error and the cause in its input.
    """

    def __init__(self) -> None:
        self.client = boto3.client("stepfunctions")
        iam = boto3.client("iam")
        trust = json.dumps({"Version": "2012-10-17", "Statement": [_TRUST]})
        role = iam.create_role(RoleName="lambdas-machines", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        self.waiting, self.passing, self.failing = (self._create(name, role) for name in _STATES)

    def _create(self, name: str, role: str) -> str:
        definition = json.dumps({"StartAt": "Only", "States": {"Only": _STATES[name]}})
        reply = self.client.create_state_machine(name=f"lambdas-{name}", definition=definition, roleArn=role)
        arn: str = reply["stateMachineArn"]
        return arn

    def executions_prefix(self, machine: str) -> str:
        """Return the prefix of the ARNs of a state machine's executions."""
        return machine.replace(":stateMachine:", ":execution:")

    def run(self, machine: str, name: str, payload: Mapping[str, Any]) -> None:
        """Start an execution and wait until it has ended."""
        reply = self.client.start_execution(stateMachineArn=machine, name=name, input=json.dumps(payload))
        while self.client.describe_execution(executionArn=reply["executionArn"])["status"] == "RUNNING":
            time.sleep(0.02)

    def execution_inputs(self, machine: str, name: str) -> list[dict[str, Any]]:
        """Return the inputs of a state machine's executions with this name."""
        executions = self.client.list_executions(stateMachineArn=machine, maxResults=1000)["executions"]
        arns = [execution["executionArn"] for execution in executions if execution["name"] == name]
        return [json.loads(self.client.describe_execution(executionArn=arn)["input"]) for arn in arns]
