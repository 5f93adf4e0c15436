"""What each role may do, as IAM has it: one permission more or less fails here."""

import re

import boto3

from tests.harness import Root

ALL_FUNCTIONS = {
    "LOGS": {"logs:CreateLogStream", "logs:PutLogEvents"},
    "TRACES": {"xray:PutTraceSegments", "xray:PutTelemetryRecords"},
}
CLASSIFIERS = ALL_FUNCTIONS | {"MODEL": {"s3:GetObject"}, "IMAGE_BUCKETS": {"s3:GetObject"}}
REACH = {
    "sluice-local-classify": CLASSIFIERS,
    "sluice-local-worker": CLASSIFIERS
    | {
        "TRIGGER": {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"},
        "IMAGES": {"sqs:ChangeMessageVisibility"},
        "PREDICTIONS": {"sqs:SendMessage"},
    },
}


def policies(role: str) -> dict[str, list[dict[str, list[str]]]]:
    iam = boto3.client("iam")
    assert not iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    names = iam.list_role_policies(RoleName=role)["PolicyNames"]
    return {name: iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]["Statement"] for name in names}


def test_each_role_may_do_what_its_function_uses(stack: Root) -> None:  # noqa: ARG001 - what is asked about
    names = [role["RoleName"] for role in boto3.client("iam").list_roles()["Roles"]]
    roles = [name for name in names if name.startswith("sluice-local-")]
    assert {
        role: {
            name: {action for given in statements for action in given["Action"]}
            for name, statements in policies(role).items()
        }
        for role in roles
    } == REACH


def test_nothing_but_tracing_reaches_beyond_named_resources(stack: Root) -> None:  # noqa: ARG001
    named = re.compile(r"arn:aws:(sqs|logs):[^:*]+:[^:*]+:[^*]+(:\*)?|arn:aws:s3:::[^*/]+/([^*]+/)?\*")
    for role in REACH:
        for name, statements in policies(role).items():
            for resource in (resource for given in statements for resource in given["Resource"]):
                assert named.fullmatch(resource) or name == "TRACES", f"{role} {name}: {resource}"
