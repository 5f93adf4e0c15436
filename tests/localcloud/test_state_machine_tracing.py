"""DescribeStateMachine: tracingConfiguration."""

import json

from tests.support.localcloud.aws import EVERYTHING, Aws, unique
from tests.support.localcloud.state_machines import chain, create


def test_tracing_is_kept(aws: Aws) -> None:
    step = aws.client("stepfunctions")
    plain = create(aws, chain(A={"Type": "Pass"}))
    assert step.describe_state_machine(stateMachineArn=plain)["tracingConfiguration"] == {"enabled": False}
    step.update_state_machine(stateMachineArn=plain, tracingConfiguration={"enabled": True})
    assert step.describe_state_machine(stateMachineArn=plain)["tracingConfiguration"] == {"enabled": True}
    traced = step.create_state_machine(
        name=unique("machine"), definition=json.dumps(chain(A={"Type": "Pass"})),
        roleArn=aws.role("states", EVERYTHING), tracingConfiguration={"enabled": True},
    )["stateMachineArn"]  # fmt: skip
    assert step.describe_state_machine(stateMachineArn=traced)["tracingConfiguration"] == {"enabled": True}
