"""DescribeStateMachine: tracingConfiguration."""

import json

from tests.support.localcloud.aws import ALLOW_ALL, Aws, unique_name
from tests.support.localcloud.state_machines import chain, create_machine


def test_tracing_is_kept(aws: Aws) -> None:
    step = aws.client("stepfunctions")
    plain = create_machine(aws, chain(A={"Type": "Pass"}))
    assert step.describe_state_machine(stateMachineArn=plain)["tracingConfiguration"] == {"enabled": False}
    step.update_state_machine(stateMachineArn=plain, tracingConfiguration={"enabled": True})
    assert step.describe_state_machine(stateMachineArn=plain)["tracingConfiguration"] == {"enabled": True}
    traced = step.create_state_machine(
        name=unique_name("machine"), definition=json.dumps(chain(A={"Type": "Pass"})),
        roleArn=aws.create_role("states", ALLOW_ALL), tracingConfiguration={"enabled": True},
    )["stateMachineArn"]  # fmt: skip
    assert step.describe_state_machine(stateMachineArn=traced)["tracingConfiguration"] == {"enabled": True}
