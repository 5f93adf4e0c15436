"""Lambda reads a queue under the function's role; ministack asks nobody.

"Lambda also needs ReceiveMessage, DeleteMessage and GetQueueAttributes in the function's execution role" (Lambda
Developer Guide, "Using Lambda with Amazon SQS"): without them a mapping is refused, or stops to read.
"""

from collections.abc import Iterator
from typing import Any

from ministack.core.responses import error_response_json, request_scope
from ministack.services import lambda_svc

from localcloud.patches import function_arn, service_role
from localcloud.patches.cloud import Cloud

ACTIONS = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")


def apply(_: Cloud) -> None:
    create, every = lambda_svc._create_esm, lambda_svc._iter_all_esms

    def create_checked(data: dict[str, Any]) -> Any:
        name, qualifier = lambda_svc._resolve_request_scoped_name_and_qualifier(data.get("FunctionName", ""))
        if lacking := _lacking(name, qualifier, data.get("EventSourceArn", "")):
            message = f"The provided execution role does not have permissions to call {lacking} on SQS"
            return error_response_json("InvalidParameterValueException", message, 400)
        return create(data)

    def permitted() -> Iterator[tuple[str, str, dict[str, Any]]]:
        for account, region, mapping in every():
            with request_scope(account, region):
                lacking = _lacking(mapping["FunctionName"], mapping.get("Qualifier"), mapping["EventSourceArn"])
            if lacking:
                mapping["LastProcessingResult"] = f"PROBLEM: Lambda's role may not call {lacking} on SQS"
            else:
                yield account, region, mapping

    lambda_svc._create_esm = create_checked
    lambda_svc._iter_all_esms = permitted


def _lacking(function: str, qualifier: str | None, source: str) -> str | None:
    """The first action that the function's role lacks on a queue."""
    _, config = lambda_svc._get_func_record_for_qualifier(function, qualifier)
    if config is None or ":sqs:" not in source:
        return None
    role, acting = config["Role"], function_arn.split(config["FunctionArn"])[0]
    allowed = (service_role.allows(role, "lambda.amazonaws.com", f"sqs:{action}", source, acting) for action in ACTIONS)
    return next((action for action, yes in zip(ACTIONS, allowed, strict=True) if not yes), None)
