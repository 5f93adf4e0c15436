"""Permissions of a role that a service assumes: by its trust policy, its policies and the resource's policy."""

import json
from typing import Any

from ministack.core import iam_evaluator
from ministack.core.responses import get_region
from ministack.services import iam


def is_allowed(role_arn: str, service: str, action: str, resource: str, source: str = "") -> bool:
    """Return whether a service may perform an action under a role.

    Args:
        role_arn: ARN of the role.
        service: Service principal that assumes the role, for example "lambda.amazonaws.com".
        action: IAM action, for example "sqs:ReceiveMessage".
        resource: ARN of the resource.
        source: ARN of the resource for which the service acts (aws:SourceArn), if any.
    """
    account, name = role_arn.split(":")[4], role_arn.rsplit("/", 1)[-1]
    role = iam._roles.get_scoped(account, None, name)
    if role is None or not _trusts(role, role_arn, service, source):
        return False
    context = _context(f"arn:aws:sts::{account}:assumed-role/{name}/{service.split('.')[0]}", action, resource)
    decision = iam_evaluator.evaluate(context, iam_evaluator._gather_role_policies(name, account))
    policy = iam_evaluator._resource_policy(action.split(":")[0], resource)
    if policy is not None:
        decision = iam_evaluator.combine_resource_policy(decision, context, *policy)
    return bool(decision.decision == "Allow")


def _trusts(role: dict[str, Any], role_arn: str, service: str, source: str) -> bool:
    """Return whether the role's trust policy, with its conditions, lets the service assume the role."""
    document = role["AssumeRolePolicyDocument"]
    policy = json.loads(document) if isinstance(document, str) else document
    statements = policy["Statement"] if isinstance(policy["Statement"], list) else [policy["Statement"]]
    matching = [{key: value for key, value in statement.items() if key != "Principal"} for statement in statements
                if iam_evaluator._service_principal_matches(statement.get("Principal"), service)]  # fmt: skip
    context = _context(service, "sts:AssumeRole", role_arn)
    context.service_context = {"aws:sourceaccount": context.principal_account, "aws:sourcearn": source or None}
    parsed = iam_evaluator.parse_policy_document({"Statement": matching})
    return bool(iam_evaluator.evaluate(context, [parsed]).decision == "Allow")


def _context(principal: str, action: str, resource: str) -> Any:
    parts = resource.split(":")
    return iam_evaluator.EvalContext(
        principal_arn=principal,
        principal_type="AssumedRole",
        principal_account=principal.split(":")[4] if principal.startswith("arn:") else parts[4],
        action=action,
        resource_arn=resource,
        region=get_region(),
        secure_transport=True,  # AWS services use TLS among themselves
    )
