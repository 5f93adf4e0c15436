"""Patches of how a caller is identified: by its signature, and as a principal in conditions."""

from typing import Any

from ministack.core import iam_evaluator
from ministack.services import iam, sts

from localcloud.patches.cloud import Cloud
from localcloud.patches.registry import patch


@patch("signatures")
def apply_signatures(_: Cloud) -> None:
    """Refuse requests without a valid signature.

    AWS: refuses a request that is unsigned or wrongly signed (IAM User Guide, "AWS Signature Version 4 for API
        requests"); an explicit deny in a resource policy binds administrators too (IAM User Guide, "Policy evaluation
        logic").
    ministack: accepts `test`, any twelve digits and unsigned S3 requests as root; neither the signature nor a resource
        policy is checked for them.
    Upstream: could be offered, as an option.
    """

    def is_root_access_key(_: str) -> bool:
        return False

    iam_evaluator.is_root_access_key = is_root_access_key
    sts.is_root_access_key = is_root_access_key  # sts has imported the name


@patch("principal_arn")
def apply_principal_arn(_: Cloud) -> None:
    """Evaluate aws:PrincipalArn of a role session as the role's ARN.

    AWS: "For IAM roles, the request context returns the ARN of the role, not the ARN of the user that assumed the
        role" (IAM User Guide, "AWS global condition context keys").
    ministack: evaluates `aws:PrincipalArn` as the session's ARN.
    Upstream: could be offered.
    """
    resolve = iam_evaluator._resolve_condition_key

    def resolve_principal_arn(key: str, context: Any) -> Any:
        if key.lower() == "aws:principalarn" and ":assumed-role/" in context.principal_arn:
            role = iam._roles.get_scoped(context.principal_account, None, context.principal_arn.split("/")[1])
            return role["Arn"] if role else None
        return resolve(key, context)

    iam_evaluator._resolve_condition_key = resolve_principal_arn
