"""aws:PrincipalArn of a session is the ARN of its role; ministack gives the session's.

"For IAM roles, the request context returns the ARN of the role, not the ARN of the user that assumed the role" (IAM
User Guide, "AWS global condition context keys").
"""

from typing import Any

from ministack.core import iam_evaluator
from ministack.services import iam

from localcloud.patches.cloud import Cloud


def apply(_: Cloud) -> None:
    resolve = iam_evaluator._resolve_condition_key

    def with_role(key: str, context: Any) -> Any:
        if key.lower() == "aws:principalarn" and ":assumed-role/" in context.principal_arn:
            role = iam._roles.get_scoped(context.principal_account, None, context.principal_arn.split("/")[1])
            return role["Arn"] if role else None
        return resolve(key, context)

    iam_evaluator._resolve_condition_key = with_role
