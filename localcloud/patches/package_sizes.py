"""A zip of more than 50 MB comes through S3; ministack takes any in the request.

"50 MB (zipped, when uploaded through the Lambda API or SDKs). Upload larger files with Amazon S3" (Lambda Developer
Guide, "Lambda quotas"). The 250 MB of a function unzipped with its layers are ministack's own check.
"""

from collections.abc import Callable
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import lambda_svc

from localcloud.patches.cloud import Cloud

REQUEST_LIMIT = 70_167_211  # bytes, as Lambda's answer says: 50 MB in base64, and some for the rest of the request


def apply(_: Cloud) -> None:
    create, update = lambda_svc._create_function, lambda_svc._update_code
    publish = lambda_svc._publish_layer_version
    lambda_svc._create_function = lambda data: _limited("CreateFunction", data.get("Code") or {}, lambda: create(data))
    lambda_svc._update_code = lambda name, data: _limited("UpdateFunctionCode", data, lambda: update(name, data))
    lambda_svc._publish_layer_version = lambda name, data: _limited(
        "PublishLayerVersion", data.get("Content") or {}, lambda: publish(name, data)
    )


def _limited(operation: str, content: dict[str, Any], proceed: Callable[[], Any]) -> Any:
    if len(content.get("ZipFile") or "") < REQUEST_LIMIT:
        return proceed()
    message = f"Request must be smaller than {REQUEST_LIMIT} bytes for the {operation} operation"
    return error_response_json("RequestEntityTooLargeException", message, 413)
