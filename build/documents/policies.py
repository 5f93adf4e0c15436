"""Record the policies of all roles and resources of an applied stack in policies.json.

tests/journeys/test_policies.py compares the file with the stack that it applies. Placeholders replace account, region
and environment, so that the file does not depend on where the stack was applied.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

FILE = Path(__file__).with_name("policies.json")
Policy = dict[str, Any]


def record_policies() -> dict[str, Any]:
    """Return the policies of the environment local, as IAM and the resources report them.

    Returns:
        {"roles": {name: {"trust": policy, "uses": {use: policy}}}, "resources": {"<service> <name>": policy}}
    """
    account = boto3.client("sts").get_caller_identity()["Account"]
    region = boto3.session.Session().region_name
    text = json.dumps({"roles": dict(_role_policies()), "resources": dict(_resource_policies())})
    for value, placeholder in (
        ("sluice-local", "sluice-${environment}"),
        (account, "${account}"),
        (region, "${region}"),
    ):
        text = text.replace(value, placeholder)
    policies: dict[str, Any] = json.loads(text)
    return policies


def load_policies() -> dict[str, Any]:
    """Return the content of policies.json."""
    policies: dict[str, Any] = json.loads(FILE.read_text())
    return policies


def save_policies(policies: dict[str, Any]) -> None:
    """Write policies.json."""
    FILE.write_text(json.dumps(policies, indent=2, sort_keys=True) + "\n")


def _role_policies() -> Iterator[tuple[str, dict[str, Any]]]:
    iam = boto3.client("iam")
    for role in _names(iam.list_roles()["Roles"], "RoleName"):
        attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
        uses = iam.list_role_policies(RoleName=role)["PolicyNames"]
        inline = {use: iam.get_role_policy(RoleName=role, PolicyName=use)["PolicyDocument"] for use in uses}
        trust = iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
        yield role, {"trust": trust, "uses": inline | {policy["PolicyName"]: policy for policy in attached}}


def _resource_policies() -> Iterator[tuple[str, Policy]]:
    sqs, s3, functions, sns = (boto3.client(service) for service in ("sqs", "s3", "lambda", "sns"))
    for url in sqs.list_queues(QueueNamePrefix="sluice-local-")["QueueUrls"]:
        policy = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]["Policy"]
        yield f"sqs {url.rsplit('/', 1)[-1]}", json.loads(policy)
    for bucket in _names(s3.list_buckets()["Buckets"], "Name"):
        if not bucket.endswith("-state"):  # the bucket that tests create for the state has no policy
            yield f"s3 {bucket}", json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])
    for topic in sns.list_topics()["Topics"]:
        if ":sluice-local-" in topic["TopicArn"]:
            policy = sns.get_topic_attributes(TopicArn=topic["TopicArn"])["Attributes"]["Policy"]
            yield f"sns {topic['TopicArn'].rsplit(':', 1)[-1]}", json.loads(policy)
    for function in _names(functions.list_functions()["Functions"], "FunctionName"):
        try:
            policy = functions.get_policy(FunctionName=function, Qualifier="live")["Policy"]
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
        else:
            yield f"lambda {function}:live", _replace_api_ids(json.loads(policy))


def _replace_api_ids(policy: Policy) -> Policy:
    """Replace the id of the API by a placeholder, because each apply creates another."""
    for statement in policy["Statement"]:
        for condition in statement["Condition"].values():
            for key, arn in condition.items():
                service, _, path = arn.rpartition(":")
                condition[key] = f"{service}:${{api}}/{path.partition('/')[2]}"
    return policy


def _names(resources: list[dict[str, Any]], key: str) -> list[str]:
    return sorted(resource[key] for resource in resources if resource[key].startswith("sluice-local-"))
