"""Small state machines of the local cloud, in place of those that the jobs' own definitions make."""

import json
import time
from collections.abc import Mapping
from typing import Any

import boto3

_TRUST = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}

_STATES: Mapping[str, Mapping[str, Any]] = {
    "waits": {"Type": "Wait", "Seconds": 600, "End": True},
    "tells": {"Type": "Pass", "End": True},
    "fails": {"Type": "Fail", "ErrorPath": "$.error", "CausePath": "$.cause"},
}


class Machines:
    """ARNs of three: one `waits` for ever, one `tells` its input, one `fails` with the input's error and cause."""

    def __init__(self) -> None:
        self.states = boto3.client("stepfunctions")
        iam = boto3.client("iam")
        trust = json.dumps({"Version": "2012-10-17", "Statement": [_TRUST]})
        role = iam.create_role(RoleName="lambdas-machines", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        made = {name: self._make(name, role, state) for name, state in _STATES.items()}
        self.waits, self.tells, self.fails = made["waits"], made["tells"], made["fails"]

    def _make(self, name: str, role: str, state: Mapping[str, Any]) -> str:
        definition = json.dumps({"StartAt": "Only", "States": {"Only": state}})
        made = self.states.create_state_machine(name=f"lambdas-{name}", definition=definition, roleArn=role)
        arn: str = made["stateMachineArn"]
        return arn

    def runs(self, machine: str) -> str:
        """How the ARNs of a machine's executions begin."""
        return machine.replace(":stateMachine:", ":execution:")

    def run(self, machine: str, name: str, given: Mapping[str, Any]) -> None:
        """Start an execution and wait for its end."""
        arn = self.states.start_execution(stateMachineArn=machine, name=name, input=json.dumps(given))["executionArn"]
        while self.states.describe_execution(executionArn=arn)["status"] == "RUNNING":
            time.sleep(0.02)

    def executions(self, machine: str, name: str) -> list[dict[str, Any]]:
        """The inputs of a machine's executions with this name."""
        found = self.states.list_executions(stateMachineArn=machine, maxResults=1000)["executions"]
        arns = [execution["executionArn"] for execution in found if execution["name"] == name]
        return [json.loads(self.states.describe_execution(executionArn=arn)["input"]) for arn in arns]
