"""What each role may do, as IAM has it: one permission more or less fails here."""

import json
import os
import re

import boto3

from build.documents import reach
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
REACH = {
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


def policies(role: str) -> dict[str, list[dict[str, list[str]]]]:
    iam = boto3.client("iam")
    assert not iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    names = iam.list_role_policies(RoleName=role)["PolicyNames"]
    return {name: iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]["Statement"] for name in names}


def test_each_role_may_do_what_its_function_or_state_machine_uses(stack: Root) -> None:  # noqa: ARG001 - what is asked about
    names = [role["RoleName"] for role in boto3.client("iam").list_roles()["Roles"]]
    roles = [name for name in names if name.startswith("sluice-local-")]
    assert {
        role: {
            name: {action for given in statements for action in given["Action"]}
            for name, statements in policies(role).items()
        }
        for role in roles
    } == REACH


def test_nothing_but_tracing_and_vended_logs_reaches_beyond_named_resources(stack: Root) -> None:  # noqa: ARG001
    for role, uses in REACH.items():
        unnamed = {"TRACES", "LOGS"} if uses["LOGS"] == ALL_STATE_MACHINES["LOGS"] else {"TRACES"}
        for name, statements in policies(role).items():
            for resource in (resource for given in statements for resource in given["Resource"]):
                assert NAMED.fullmatch(resource) or name in unnamed, f"{role} {name}: {resource}"


def test_a_state_machine_may_invoke_the_functions_of_its_definition_by_their_names(stack: Root) -> None:
    for machine in ("workflow", "bulk"):
        arn = stack.outputs()["jobs"][machine]
        definition = json.loads(boto3.client("stepfunctions").describe_state_machine(stateMachineArn=arn)["definition"])
        allowed = {
            name: given["Resource"]
            for name, statements in policies(f"sluice-local-{machine}").items()
            for given in statements
            if given["Action"] == ["lambda:InvokeFunction"]
        }
        assert {resource for resources in allowed.values() for resource in resources} == asl.named_functions(definition)
        assert {name: arn.split(":")[-2:] for name, (arn,) in allowed.items()} == {
            name: ["sluice-local-" + re.sub(r"\B(?=[A-Z])", "-", name).lower(), "live"] for name in allowed
        }


def test_docs_security_tells_the_reach_of_everything(stack: Root) -> None:  # noqa: ARG001 - what is asked about
    found = reach.record()
    if os.environ.get("REGENERATE"):
        reach.save(found)
    assert found == reach.load(), "Roles or policies have changed: run `make reach`, and look at what it changes."
