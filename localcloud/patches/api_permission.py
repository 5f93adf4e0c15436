"""An HTTP API calls a function only if that function's policy lets it, for the route; ministack asks nobody.

The policy must allow apigateway.amazonaws.com lambda:InvokeFunction for that route, or the API answers 500.
"""

import json
from typing import Any

from ministack.core import iam_evaluator as iam
from ministack.core.responses import get_account_id, get_region
from ministack.services import apigateway, lambda_svc

from localcloud.patches.cloud import Cloud

SERVICE = "apigateway.amazonaws.com"
ERROR = b'{"message":"Internal Server Error"}'


def apply(_: Cloud) -> None:
    proxy = apigateway._invoke_lambda_proxy

    async def invoke(
        integration: Any, api: str, stage: str, path: str, method: str, headers: Any, body: bytes, query: Any,
        route: str = "$default", path_values: Any = None, **rest: Any,
    ) -> Any:  # fmt: skip
        function = apigateway._extract_lambda_ref_from_integration_uri(integration.get("integrationUri", ""))
        if ":function:" in function and not _permitted(function, f"{api}/{stage}/{_place(route)}"):
            return 500, {"Content-Type": "application/json"}, ERROR
        return await proxy(integration, api, stage, path, method, headers, body, query, route, path_values, **rest)

    apigateway._invoke_lambda_proxy = invoke


def _place(route: str) -> str:
    """A route as aws:SourceArn names it: 'GET /jobs/{id}' is GET/jobs/{id}."""
    return route.replace(" ", "", 1)


def _permitted(function: str, source: str) -> bool:
    found = lambda_svc.function_policy_for_arn(function)
    if found is None:
        return False
    policy = json.loads(found[0]) if isinstance(found[0], str) else found[0]
    named = [{key: value for key, value in statement.items() if key != "Principal"}
             for statement in policy.get("Statement", [])
             if iam._service_principal_matches(statement.get("Principal"), SERVICE)]  # fmt: skip
    account, region = get_account_id(), get_region()
    context = iam.EvalContext(
        principal_arn=SERVICE, principal_type="Service", principal_account=account, action="lambda:InvokeFunction",
        resource_arn=function, region=region, secure_transport=True,
        service_context={"aws:sourceaccount": account,
                         "aws:sourcearn": f"arn:aws:execute-api:{region}:{account}:{source}"},
    )  # fmt: skip
    return bool(iam.evaluate(context, [iam.parse_policy_document({"Statement": named})]).decision == "Allow")
