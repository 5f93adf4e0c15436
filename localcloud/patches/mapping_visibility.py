"""Lambda refuses a mapping whose queue shows messages again before the function must have ended; ministack does not."""

from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import lambda_svc, sqs

from localcloud.patches.cloud import Cloud


def apply(_: Cloud) -> None:
    create = lambda_svc._create_esm

    def create_checked(data: dict[str, Any]) -> Any:
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

    lambda_svc._create_esm = create_checked
