"""Permissions by qualified ARN: Lambda Developer Guide, "Fine-tuning the Resources and Conditions sections"."""

import pytest
from botocore.exceptions import ClientError

from tests.support.localcloud import state_machines, versions
from tests.support.localcloud.aws import Aws, Keys, allow
from tests.support.localcloud.versions import Versions


@pytest.fixture(scope="module")
def made(aws: Aws) -> Versions:
    return versions.create_versions(aws)


def status(aws: Aws, keys: Keys, function: str, qualifier: str | None = None) -> int:
    """HTTP status of an invocation by a user."""
    named = {"Qualifier": qualifier} if qualifier else {}
    try:
        aws.client("lambda", keys).invoke(FunctionName=function, **named)
    except ClientError as refusal:
        assert "not authorized to perform: lambda:InvokeFunction" in str(refusal)
        return 403
    return 200


def test_the_aliass_permission_opens_the_alias_alone(aws: Aws, made: Versions) -> None:
    user = aws.create_user(allow("lambda:InvokeFunction", on=made.live))
    assert status(aws, user, made.live) == 200
    assert status(aws, user, made.arn, "live") == 200
    assert status(aws, user, made.arn) == 403
    assert status(aws, user, made.arn, "1") == 403


def test_the_functions_permission_opens_no_alias(aws: Aws, made: Versions) -> None:
    user = aws.create_user(allow("lambda:InvokeFunction", on=made.arn))
    assert status(aws, user, made.arn) == 200
    assert status(aws, user, made.arn, "live") == 403
    assert status(aws, user, made.live) == 403


def test_a_pattern_opens_every_qualifier(aws: Aws, made: Versions) -> None:
    user = aws.create_user(allow("lambda:InvokeFunction", on=f"{made.arn}:*"))
    assert [status(aws, user, made.arn, name) for name in ("live", "1", "$LATEST")] == [200, 200, 200]
    assert status(aws, user, made.arn) == 403


@pytest.mark.parametrize("permitted", ["alias", "function"])
def test_a_state_machine_needs_the_permission_of_what_it_calls(aws: Aws, made: Versions, permitted: str) -> None:
    arns = {"alias": made.live, "function": made.arn}
    ended = {}
    for named, arn in arns.items():
        task = state_machines.chain(Task={"Type": "Task", "Resource": arn})
        ended[named] = state_machines.run_machine(aws, task, None, allow("lambda:InvokeFunction", on=arns[permitted]))[
            "status"
        ]
    assert ended == {name: "SUCCEEDED" if name == permitted else "FAILED" for name in arns}
