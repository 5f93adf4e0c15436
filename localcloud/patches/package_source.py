"""A zip that should come from S3 must be there; ministack makes a function or a layer of nothing."""

from collections.abc import Callable
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import lambda_svc, s3

from localcloud.patches.cloud import Cloud


def apply(_: Cloud) -> None:
    create, update = lambda_svc._create_function, lambda_svc._update_code
    publish = lambda_svc._publish_layer_version
    lambda_svc._create_function = lambda data: _found(data.get("Code") or {}, lambda: create(data))
    lambda_svc._update_code = lambda name, data: _found(data, lambda: update(name, data))
    lambda_svc._publish_layer_version = lambda name, data: _found(
        data.get("Content") or {}, lambda: publish(name, data)
    )


def _found(content: dict[str, Any], proceed: Callable[[], Any]) -> Any:
    bucket, key, version = (content.get(name) for name in ("S3Bucket", "S3Key", "S3ObjectVersion"))
    if not bucket or not key or lambda_svc._fetch_code_from_s3(bucket, key, version_id=version) is not None:
        return proceed()
    if s3._ensure_bucket(bucket) is None:
        code, sentence = "NoSuchBucket", "The specified bucket does not exist"
    elif version:
        code, sentence = "NoSuchVersion", "The specified version does not exist."
    else:
        code, sentence = "NoSuchKey", "The specified key does not exist."
    message = f"Error occurred while GetObject. S3 Error Code: {code}. S3 Error Message: {sentence}"
    return error_response_json("InvalidParameterValueException", message, 400)
