"""iam:PassRole: IAM User Guide, "Granting a user permissions to pass a role to an AWS service"."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.localcloud.aws import ALLOW_ALL, RUNTIME, Aws, allow, unique_name, zip_files

PASS = {"lambda": "lambda.amazonaws.com", "stepfunctions": "states.amazonaws.com"}
MACHINE = json.dumps({"StartAt": "End", "States": {"End": {"Type": "Succeed"}}})


def give(aws: Aws, service: str, role: str, to: str) -> Callable[[], Any]:
    """Something that gives a role to a service, done by a user who may pass it to `to`."""
    passing = {"Condition": {"StringEquals": {"iam:PassedToService": to}}, **allow("iam:PassRole", on=role)}
    client = aws.client(service, aws.create_user(allow("lambda:*", "states:*"), passing))
    if service == "lambda":
        code = {"ZipFile": zip_files({"m.py": ""})}
        settings = {"Runtime": RUNTIME, "Role": role, "Handler": "m.h", "Code": code}
        return lambda: client.create_function(FunctionName=unique_name("function"), **settings)
    return lambda: client.create_state_machine(name=unique_name("machine"), definition=MACHINE, roleArn=role)


@pytest.mark.parametrize("service", PASS)
def test_a_role_is_given_to_the_service_for_which_one_may_pass_it(aws: Aws, service: str) -> None:
    role, other = (
        aws.create_role(service.replace("stepfunctions", "states"), ALLOW_ALL),
        aws.create_role("lambda", ALLOW_ALL),
    )
    with pytest.raises(ClientError, match="iam:PassRole"):
        give(aws, service, role, "ec2.amazonaws.com")()
    give(aws, service, role, PASS[service])()
    function = aws.create_function("def handler(event, context): pass")
    client = aws.client("lambda", aws.create_user(allow("lambda:*"), allow("iam:PassRole", on=role)))
    with pytest.raises(ClientError, match="iam:PassRole"):
        client.update_function_configuration(FunctionName=function, Role=other)
    client.update_function_configuration(FunctionName=function, Timeout=5)  # gives none
