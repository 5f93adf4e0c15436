"""The permissions of each role in IAM: one permission more or less fails here."""

import json
import os
import re

import boto3

from build.documents.policies import load_policies, record_policies, save_policies
from tests.support.terraform import definition as asl
from tests.support.terraform_root import Root

ALL_FUNCTIONS = {
    "LOGS": {"logs:CreateLogStream", "logs:PutLogEvents"},
    "TRACES": {"xray:PutTraceSegments", "xray:PutTelemetryRecords"},
}
ALL_STATE_MACHINES = {
    "LOGS": {
        *(f"logs:{verb}LogDelivery" for verb in ("Create", "Get", "Update", "Delete")),
        *(
            "logs:ListLogDeliveries",
            "logs:PutResourcePolicy",
            "logs:DescribeResourcePolicies",
            "logs:DescribeLogGroups",
        ),
    },
    "TRACES": ALL_FUNCTIONS["TRACES"] | {"xray:GetSamplingRules", "xray:GetSamplingTargets"},
}
CLASSIFIERS = ALL_FUNCTIONS | {"MODELS": {"s3:GetObject"}, "IMAGE_BUCKETS": {"s3:GetObject"}}
JOBS = {"JOBS": {"s3:GetObject", "s3:PutObject"}}
INVOKE = {"lambda:InvokeFunction"}
RUNS = {"WORKFLOW_RUNS": {"states:DescribeExecution"}, "BULK_RUNS": {"states:DescribeExecution"}}
ACTIONS = {
    "sluice-local-classify": CLASSIFIERS | JOBS,
    "sluice-local-worker": CLASSIFIERS
    | {
        "TRIGGER": {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"},
        "IMAGES": {"sqs:DeleteMessage", "sqs:ChangeMessageVisibility"},
        "PREDICTIONS": {"sqs:SendMessage"},
    },
    "sluice-local-start": ALL_FUNCTIONS
    | JOBS
    | {"WORKFLOW": {"states:StartExecution"}, "BULK": {"states:StartExecution"}}
    | RUNS,
    "sluice-local-workflow": ALL_STATE_MACHINES | {"Split": INVOKE, "Classify": INVOKE, "Reduce": INVOKE},
    "sluice-local-split": ALL_FUNCTIONS | JOBS,
    "sluice-local-reduce": ALL_FUNCTIONS | JOBS,
    "sluice-local-status": ALL_FUNCTIONS | {"JOBS": {"s3:GetObject"}} | RUNS,
    "sluice-local-bulk": ALL_STATE_MACHINES
    | {
        "Lists": {"s3:GetObject"},
        "BulkClassify": INVOKE,
        "Results": {"s3:GetObject", "s3:PutObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload"},
        "BulkReduce": INVOKE,
        "RUNS": {"states:StartExecution", "states:DescribeExecution", "states:StopExecution"},
    },
    "sluice-local-bulk-classify": CLASSIFIERS | JOBS,
    "sluice-local-bulk-reduce": ALL_FUNCTIONS | JOBS,
}
NAMED = re.compile(
    r"arn:aws:(sqs|logs):[^:*]+:[^:*]+:[^*]+(:\*)?"
    r"|arn:aws:s3:::[^*/]+/([^*]+/)?\*"
    r"|arn:aws:lambda:[^:*]+:[^:*]+:function:[^*]+"
    r"|arn:aws:states:[^:*]+:[^:*]+:(stateMachine:[^*]+|execution:[^*]+[:/]\*)"
)


def read_statements(role: str) -> dict[str, list[dict[str, list[str]]]]:
    """Return the statements of a role's inline policies, by policy. It must have no other policies."""
    iam = boto3.client("iam")
    assert not iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    names = iam.list_role_policies(RoleName=role)["PolicyNames"]
    return {name: iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]["Statement"] for name in names}


def test_roles_have_only_the_permissions_that_they_use(stack: Root) -> None:  # noqa: ARG001 - creates the roles
    names = [role["RoleName"] for role in boto3.client("iam").list_roles()["Roles"]]
    roles = [name for name in names if name.startswith("sluice-local-")]
    assert set(roles) == ACTIONS.keys()
    for role in roles:
        actions = {
            policy: {action for statement in statements for action in statement["Action"]}
            for policy, statements in read_statements(role).items()
        }
        assert actions == ACTIONS[role], role


def test_policies_name_resources_except_traces_and_logs(stack: Root) -> None:  # noqa: ARG001
    for role, uses in ACTIONS.items():
        unnamed = {"TRACES", "LOGS"} if uses["LOGS"] == ALL_STATE_MACHINES["LOGS"] else {"TRACES"}
        for policy, statements in read_statements(role).items():
            for resource in (resource for statement in statements for resource in statement["Resource"]):
                assert NAMED.fullmatch(resource) or policy in unnamed, f"{role} {policy}: {resource}"


def test_state_machines_may_invoke_only_their_functions(stack: Root) -> None:
    for machine in ("workflow", "bulk"):
        arn = stack.outputs()["jobs"][machine]
        definition = json.loads(boto3.client("stepfunctions").describe_state_machine(stateMachineArn=arn)["definition"])
        functions = {
            policy: statement["Resource"]
            for policy, statements in read_statements(f"sluice-local-{machine}").items()
            for statement in statements
            if statement["Action"] == ["lambda:InvokeFunction"]
        }
        resources = {resource for resources in functions.values() for resource in resources}
        assert resources == asl.named_functions(definition)
        for policy, (function,) in functions.items():
            name = "sluice-local-" + re.sub(r"\B(?=[A-Z])", "-", policy).lower()
            assert function.split(":")[-2:] == [name, "live"]


def test_recorded_policies_match_the_applied_policies(stack: Root) -> None:  # noqa: ARG001 - creates the policies
    policies = record_policies()
    if os.environ.get("REGENERATE"):
        save_policies(policies)
    assert policies == load_policies(), "Policies have changed: run `make record-policies` and review the changes."
