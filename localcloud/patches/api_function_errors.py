"""An HTTP API answers 500 {"message":"Internal Server Error"} when its function fails; ministack shows the error."""

from typing import Any

from ministack.services import lambda_svc

from localcloud.patches.cloud import Cloud


def apply(_: Cloud) -> None:
    convert = lambda_svc.lambda_execute_result_to_api_proxy_response

    def converted(result: dict[str, Any]) -> Any:
        if result.get("error") and not result.get("throttle"):
            return {"statusCode": 500, "body": '{"message":"Internal Server Error"}'}, None
        return convert(result)

    lambda_svc.lambda_execute_result_to_api_proxy_response = converted
