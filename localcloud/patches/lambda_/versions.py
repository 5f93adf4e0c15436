"""Patch of published versions."""

import json
from collections.abc import Callable
from typing import Any

from ministack.core.responses import error_response_json, json_response
from ministack.services import lambda_svc

from localcloud.patches.cloud import Cloud
from localcloud.patches.registry import patch

# Settings that may differ although code and configuration are unchanged.
VOLATILE = {"FunctionArn", "Version", "RevisionId", "LastModified", "State", "StateReason", "StateReasonCode",
            "LastUpdateStatus", "LastUpdateStatusReason", "LastUpdateStatusReasonCode"}  # fmt: skip


@patch("version_publishing")
def apply_version_publishing(_: Cloud) -> None:
    """Publish an unchanged function only once, and give each version its own ARN.

    AWS: "Lambda doesn't publish a version if the function's configuration and code haven't changed since the last
        version" (Lambda API Reference, "PublishVersion").
    ministack: compares revision ids, which every update changes; for `Publish` of CreateFunction and UpdateFunctionCode
        it compares nothing, and the version has the function's ARN.
    Upstream: could be offered.
    """
    publish = lambda_svc._publish_version

    def publish_if_changed(name: str, data: dict[str, Any]) -> Any:
        function = lambda_svc._functions.get(name)
        if function is None:
            return publish(name, data)
        current, expected = function["config"]["CodeSha256"], data.get("CodeSha256")
        if expected and expected != current:
            message = f"CodeSHA256 ({expected}) is different from current CodeSHA256 in $LATEST ({current})."
            return error_response_json("InvalidParameterValueException", message, 400)
        latest = function["versions"].get(max(function["versions"], key=int, default=""))
        if latest and latest.get("content") == _serialize_content(function):
            return json_response(latest["config"], 201)
        if latest:
            latest.pop("function_revision", None)  # ministack would compare it
        response = publish(name, data)
        if response[0] == 201:
            function["versions"][json.loads(response[2])["Version"]]["content"] = _serialize_content(function)
        return response

    lambda_svc._publish_version = publish_if_changed
    lambda_svc._create_function = _then_publish(lambda_svc._create_function, lambda data: data["FunctionName"])
    update = lambda_svc._update_code
    lambda_svc._update_code = lambda name, data: _then_publish(lambda rest: update(name, rest), lambda _: name)(data)


def _serialize_content(function: dict[str, Any]) -> str:
    """Return the settings and the code's hash, which together distinguish versions, as JSON."""
    settings = {key: value for key, value in function["config"].items() if key not in VOLATILE}
    return json.dumps(settings, sort_keys=True, default=str)


def _then_publish(
    change: Callable[[dict[str, Any]], Any], get_name: Callable[[dict[str, Any]], str]
) -> Callable[[dict[str, Any]], Any]:
    """Wrap a function that changes a Lambda function: with `Publish`, publish a version and return that version."""

    def change_and_publish(data: dict[str, Any]) -> Any:
        response = change({key: value for key, value in data.items() if key != "Publish"})
        if response[0] >= 300 or not data.get("Publish"):
            return response
        version = lambda_svc._publish_version(get_name(data), {})
        return response[0], version[1], version[2]

    return change_and_publish
