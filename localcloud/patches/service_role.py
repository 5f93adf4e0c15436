"""Decides what a role that a service assumes may do: its trust policy, its policies and the resource's own."""

import json
from typing import Any

from ministack.core import iam_evaluator as iam
from ministack.core.responses import get_region
from ministack.services import iam as roles


def allows(role_arn: str, service: str, action: str, resource: str, source: str = "") -> bool:
    """Whether a service may do `action` on the resource's ARN under the role.

    `service` is its principal, such as 'lambda.amazonaws.com'; `source` the ARN for which it acts (aws:SourceArn).
    """
    account, name = role_arn.split(":")[4], role_arn.rsplit("/", 1)[-1]
    role = roles._roles.get_scoped(account, None, name)
    if role is None or not _trusts(role, role_arn, service, source):
        return False
    context = _context(f"arn:aws:sts::{account}:assumed-role/{name}/{service.split('.')[0]}", action, resource)
    decision = iam.evaluate(context, iam._gather_role_policies(name, account))
    policy = iam._resource_policy(action.split(":")[0], resource)
    if policy is not None:
        decision = iam.combine_resource_policy(decision, context, *policy)
    return bool(decision.decision == "Allow")


def _trusts(role: dict[str, Any], role_arn: str, service: str, source: str) -> bool:
    """Whether the role's trust policy lets the service assume it, its conditions included."""
    document = role["AssumeRolePolicyDocument"]
    policy = json.loads(document) if isinstance(document, str) else document
    statements = policy["Statement"] if isinstance(policy["Statement"], list) else [policy["Statement"]]
    named = [{key: value for key, value in statement.items() if key != "Principal"} for statement in statements
             if iam._service_principal_matches(statement.get("Principal"), service)]  # fmt: skip
    context = _context(service, "sts:AssumeRole", role_arn)
    context.service_context = {"aws:sourceaccount": context.principal_account, "aws:sourcearn": source or None}
    return bool(iam.evaluate(context, [iam.parse_policy_document({"Statement": named})]).decision == "Allow")


def _context(principal: str, action: str, resource: str) -> Any:
    parts = resource.split(":")
    return iam.EvalContext(
        principal_arn=principal,
        principal_type="AssumedRole",
        principal_account=principal.split(":")[4] if principal.startswith("arn:") else parts[4],
        action=action,
        resource_arn=resource,
        region=get_region(),
        secure_transport=True,  # services speak TLS to one another
    )
