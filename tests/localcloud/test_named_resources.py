"""Permissions on the resources that requests name: Service Authorization Reference."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.localcloud.aws import ACCOUNT, ALLOW_ALL, RUNTIME, Aws, allow, unique_name, zip_files


def refused(call: Callable[[], Any]) -> bool:
    """Whether IAM refuses; any other complaint comes after it has let the call in."""
    try:
        call()
    except ClientError as error:
        return "not authorized" in str(error)
    return False


def test_a_function_is_made_by_who_may_make_that_one(aws: Aws) -> None:
    name, role = unique_name("function"), aws.create_role("lambda", ALLOW_ALL)
    arn = f"arn:aws:lambda:{aws.region}:{ACCOUNT}:function:{name}"
    keys = aws.create_user(allow("lambda:CreateFunction", on=arn), allow("iam:PassRole"))
    settings = {"Runtime": RUNTIME, "Role": role, "Handler": "m.h", "Code": {"ZipFile": zip_files({"m.py": ""})}}
    client = aws.client("lambda", keys)
    assert refused(lambda: client.create_function(FunctionName=unique_name("function"), **settings))
    assert not refused(lambda: client.create_function(FunctionName=name, **settings))


@pytest.mark.parametrize("how", ["own", "other"])
def test_tags_map_runs_dashboards_and_alarms_are_those_of_the_arn(aws: Aws, how: str) -> None:
    here = f"{aws.region}:{ACCOUNT}"
    resources = {
        "sns:ListTagsForResource": f"arn:aws:sns:{here}:{how}",
        "states:ListTagsForResource": f"arn:aws:states:{here}:stateMachine:{how}",
        "states:DescribeMapRun": f"arn:aws:states:{here}:mapRun:{how}/Each:1",
        "cloudwatch:ListTagsForResource": f"arn:aws:cloudwatch:{here}:alarm:{how}",
        "cloudwatch:DeleteAlarms": f"arn:aws:cloudwatch:{here}:alarm:{how}",
        "cloudwatch:GetDashboard": f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/{how}",
    }
    keys = aws.create_user(*(allow(action, on=resource) for action, resource in resources.items()))
    sns, states, alarms = (aws.client(service, keys) for service in ("sns", "stepfunctions", "cloudwatch"))
    calls = [
        lambda: sns.list_tags_for_resource(ResourceArn=f"arn:aws:sns:{here}:own"),
        lambda: states.list_tags_for_resource(resourceArn=f"arn:aws:states:{here}:stateMachine:own"),
        lambda: states.describe_map_run(mapRunArn=f"arn:aws:states:{here}:mapRun:own/Each:1"),
        lambda: alarms.list_tags_for_resource(ResourceARN=f"arn:aws:cloudwatch:{here}:alarm:own"),
        lambda: alarms.delete_alarms(AlarmNames=["own"]),
        lambda: alarms.get_dashboard(DashboardName="own"),
    ]
    assert [refused(call) for call in calls] == [how == "other"] * len(calls)
