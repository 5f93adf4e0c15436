"""Whoever invokes a version or an alias needs the permission for that ARN; ministack asks for the function's.

"If you reference a function's unqualified ARN in a policy, Lambda accepts requests that reference the unqualified ARN
but denies requests that reference a qualified ARN" (Lambda Developer Guide, "Fine-tuning the Resources and Conditions
sections of policies"), and the other way round.
"""

from typing import Any

from ministack.core import iam_actions

from localcloud.patches import function_arn
from localcloud.patches.cloud import Cloud


def apply(_: Cloud) -> None:
    extract = iam_actions.extract_resource_arn

    def qualified(service: str, method: str, path: str, headers: Any, body: Any, query: Any, *rest: Any) -> str:
        arn: str = extract(service, method, path, headers, body, query, *rest)
        if service != "lambda" or not path.endswith("/invocations"):
            return arn
        given = (query or {}).get("Qualifier")
        qualifier = given[0] if isinstance(given, list) else given
        return f"{arn}:{qualifier}" if qualifier and function_arn.split(arn)[1] is None else arn

    iam_actions.extract_resource_arn = qualified
