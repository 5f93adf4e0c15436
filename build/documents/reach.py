"""The reach of everything in an applied stack, as IAM and the resources have it: read once, kept in reach.json.

The journeys' tests compare the file with the stack that they apply. Account, region and environment are placeholders,
so that it reads the same wherever it was applied.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

FILE = Path(__file__).with_name("reach.json")
Policy = dict[str, Any]


def read() -> dict[str, Any]:
    """{"roles": {name: {"trust": policy, "uses": {use: policy}}}, "resources": {resource: policy}} of sluice-local."""
    account = boto3.client("sts").get_caller_identity()["Account"]
    region = boto3.session.Session().region_name
    found = {"roles": dict(_roles()), "resources": dict(_resources())}
    text = json.dumps(found, indent=2, sort_keys=True)
    for value, placeholder in (
        ("sluice-local", "sluice-${environment}"),
        (account, "${account}"),
        (region, "${region}"),
    ):
        text = text.replace(value, placeholder)
    read: dict[str, Any] = json.loads(text)
    return read


def kept() -> dict[str, Any]:
    """What reach.json holds."""
    reach: dict[str, Any] = json.loads(FILE.read_text())
    return reach


def keep(reach: dict[str, Any]) -> None:
    """Write reach.json."""
    FILE.write_text(json.dumps(reach, indent=2, sort_keys=True) + "\n")


def _roles() -> Iterator[tuple[str, dict[str, Any]]]:
    iam = boto3.client("iam")
    for role in _ours(iam.list_roles()["Roles"], "RoleName"):
        attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
        names = iam.list_role_policies(RoleName=role)["PolicyNames"]
        uses = {name: iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for name in names}
        trust = iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
        yield role, {"trust": trust, "uses": uses | {policy["PolicyName"]: policy for policy in attached}}


def _resources() -> Iterator[tuple[str, Policy]]:
    """The policies that resources have themselves, by service and name."""
    sqs, s3, functions, sns = (boto3.client(service) for service in ("sqs", "s3", "lambda", "sns"))
    for url in sqs.list_queues(QueueNamePrefix="sluice-local-")["QueueUrls"]:
        policy = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]["Policy"]
        yield f"sqs {url.rsplit('/', 1)[-1]}", json.loads(policy)
    for bucket in _ours(s3.list_buckets()["Buckets"], "Name"):
        if not bucket.endswith("-state"):  # the tests' own, without a policy
            yield f"s3 {bucket}", json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])
    for topic in sns.list_topics()["Topics"]:
        if ":sluice-local-" in topic["TopicArn"]:
            policy = sns.get_topic_attributes(TopicArn=topic["TopicArn"])["Attributes"]["Policy"]
            yield f"sns {topic['TopicArn'].rsplit(':', 1)[-1]}", json.loads(policy)
    for function in _ours(functions.list_functions()["Functions"], "FunctionName"):
        try:
            policy = functions.get_policy(FunctionName=function, Qualifier="live")["Policy"]
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
        else:
            yield f"lambda {function}:live", _without_ids(json.loads(policy))


def _without_ids(policy: Policy) -> Policy:
    """A function's policy with a placeholder for the API's id, which differs from apply to apply."""
    for statement in policy["Statement"]:
        for condition in statement["Condition"].values():
            for key, arn in condition.items():
                service, _, rest = arn.rpartition(":")
                condition[key] = f"{service}:${{api}}/{rest.partition('/')[2]}"
    return policy


def _ours(found: list[dict[str, Any]], key: str) -> list[str]:
    return sorted(one[key] for one in found if one[key].startswith("sluice-local-"))
