"""Patches of the zips of functions and layers: their size in a request, and their place in S3."""

from collections.abc import Callable
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import lambda_svc, s3

from localcloud.patches.cloud import Cloud
from localcloud.patches.registry import patch

REQUEST_LIMIT = 70_167_211  # bytes, as in Lambda's error: 50 MB in base64, and the rest of the request

Check = Callable[[str, dict[str, Any]], Any]


@patch("package_sizes", after=["version_publishing"])
def apply_package_sizes(_: Cloud) -> None:
    """Reject zips of more than 50 MB in a request.

    AWS: "50 MB (zipped, when uploaded through the Lambda API or SDKs). Upload larger files with Amazon S3" (Lambda
        Developer Guide, "Lambda quotas").
    ministack: accepts any size in a request; it does limit the unzipped size to 250 MB.
    Upstream: could be offered.
    """
    _check_packages(_check_size)


@patch("package_source", after=["package_sizes"])
def apply_package_source(_: Cloud) -> None:
    """Reject zips that are not in S3.

    AWS: responds with S3's error, for example `S3 Error Code: NoSuchKey`, if the zip does not exist (Lambda API
        Reference, "CreateFunction" and "PublishLayerVersion").
    ministack: creates a function or a layer without content.
    Upstream: could be offered.
    """
    _check_packages(_check_source)


def _check_packages(check: Check) -> None:
    """Check the package of each request that holds or names one; `check` returns an error response or None."""
    create, update = lambda_svc._create_function, lambda_svc._update_code
    publish = lambda_svc._publish_layer_version

    def create_checked(data: dict[str, Any]) -> Any:
        return check("CreateFunction", data.get("Code") or {}) or create(data)

    def update_checked(name: str, data: dict[str, Any]) -> Any:
        return check("UpdateFunctionCode", data) or update(name, data)

    def publish_checked(name: str, data: dict[str, Any]) -> Any:
        return check("PublishLayerVersion", data.get("Content") or {}) or publish(name, data)

    lambda_svc._create_function, lambda_svc._update_code = create_checked, update_checked
    lambda_svc._publish_layer_version = publish_checked


def _check_size(operation: str, package: dict[str, Any]) -> Any:
    if len(package.get("ZipFile") or "") < REQUEST_LIMIT:
        return None
    message = f"Request must be smaller than {REQUEST_LIMIT} bytes for the {operation} operation"
    return error_response_json("RequestEntityTooLargeException", message, 413)


def _check_source(_: str, package: dict[str, Any]) -> Any:
    bucket, key, version = (package.get(name) for name in ("S3Bucket", "S3Key", "S3ObjectVersion"))
    if not bucket or not key or lambda_svc._fetch_code_from_s3(bucket, key, version_id=version) is not None:
        return None
    if s3._ensure_bucket(bucket) is None:
        code, description = "NoSuchBucket", "The specified bucket does not exist"
    elif version:
        code, description = "NoSuchVersion", "The specified version does not exist."
    else:
        code, description = "NoSuchKey", "The specified key does not exist."
    message = f"Error occurred while GetObject. S3 Error Code: {code}. S3 Error Message: {description}"
    return error_response_json("InvalidParameterValueException", message, 400)
