"""Patches of the conditions under which a queue may be mapped to a function."""

from collections.abc import Iterator
from typing import Any

from ministack.core.responses import error_response_json, request_scope
from ministack.services import lambda_svc, sqs

from localcloud.patches.cloud import Cloud
from localcloud.patches.iam import service_role
from localcloud.patches.lambda_ import arn
from localcloud.patches.registry import patch

QUEUE_ACTIONS = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")


@patch("mapping_role", after=["queue_poller"])
def apply_mapping_role(_: Cloud) -> None:
    """Poll a queue only as far as the function's role allows it.

    AWS: "Lambda also needs ReceiveMessage, DeleteMessage and GetQueueAttributes in the function's execution role":
        without them a mapping is rejected or stops polling (Lambda Developer Guide, "Using Lambda with Amazon SQS").
    ministack: does not check the role.
    Upstream: could be offered.
    """
    create, list_all = lambda_svc._create_esm, lambda_svc._iter_all_esms

    def create_with_permission(data: dict[str, Any]) -> Any:
        name, qualifier = lambda_svc._resolve_request_scoped_name_and_qualifier(data.get("FunctionName", ""))
        if missing := _find_missing_action(name, qualifier, data.get("EventSourceArn", "")):
            message = f"The provided execution role does not have permissions to call {missing} on SQS"
            return error_response_json("InvalidParameterValueException", message, 400)
        return create(data)

    def list_permitted() -> Iterator[tuple[str, str, dict[str, Any]]]:
        for account, region, mapping in list_all():
            with request_scope(account, region):
                source, qualifier = mapping["EventSourceArn"], mapping.get("Qualifier")
                missing = _find_missing_action(mapping["FunctionName"], qualifier, source)
            if missing:
                mapping["LastProcessingResult"] = f"PROBLEM: Lambda's role may not call {missing} on SQS"
            else:
                yield account, region, mapping

    lambda_svc._create_esm = create_with_permission
    lambda_svc._iter_all_esms = list_permitted


@patch("mapping_visibility", after=["mapping_role"])
def apply_mapping_visibility(_: Cloud) -> None:
    """Reject a mapping of a queue whose visibility timeout is shorter than the function's timeout.

    AWS: "Queue visibility timeout: 5 seconds is less than Function timeout: 6 seconds" is an error (Lambda Developer
        Guide, "Using Lambda with Amazon SQS").
    ministack: accepts the mapping.
    Upstream: could be offered.
    """
    create = lambda_svc._create_esm

    def create_with_visibility(data: dict[str, Any]) -> Any:
        name, qualifier = lambda_svc._resolve_request_scoped_name_and_qualifier(data.get("FunctionName", ""))
        _, config = lambda_svc._get_func_record_for_qualifier(name, qualifier)
        queue = sqs._queue_by_arn(data.get("EventSourceArn", ""))
        if config is not None and queue is not None:
            visibility, timeout = int(queue["attributes"]["VisibilityTimeout"]), int(config.get("Timeout", 3))
            if visibility < timeout:
                message = (
                    f"Queue visibility timeout: {visibility} seconds is less than Function timeout: {timeout} seconds"
                )
                return error_response_json("InvalidParameterValueException", message, 400)
        return create(data)

    lambda_svc._create_esm = create_with_visibility


def _find_missing_action(function: str, qualifier: str | None, source: str) -> str | None:
    """Return the first action on a queue that the function's role does not allow, or None."""
    _, config = lambda_svc._get_func_record_for_qualifier(function, qualifier)
    if config is None or ":sqs:" not in source:
        return None
    role, function_arn = config["Role"], arn.split_qualifier(config["FunctionArn"])[0]
    for action in QUEUE_ACTIONS:
        if not service_role.is_allowed(role, "lambda.amazonaws.com", f"sqs:{action}", source, function_arn):
            return action
    return None
