"""A version is made once for what it holds, and has an ARN of its own; ministack makes one each time it is asked.

"Lambda doesn't publish a version if the function's configuration and code haven't changed since the last version"
(Lambda API Reference, PublishVersion). ministack compares revision ids, which every update changes, and does not
compare at all for the Publish of CreateFunction and UpdateFunctionCode, whose versions have the function's own ARN.
"""

import json
from collections.abc import Callable
from typing import Any

from ministack.core.responses import error_response_json, json_response
from ministack.services import lambda_svc

from localcloud.patches.cloud import Cloud

VOLATILE = {"FunctionArn", "Version", "RevisionId", "LastModified", "State", "StateReason", "StateReasonCode",
            "LastUpdateStatus", "LastUpdateStatusReason", "LastUpdateStatusReasonCode"}  # fmt: skip


def apply(_: Cloud) -> None:
    publish = lambda_svc._publish_version

    def published(name: str, data: dict[str, Any]) -> Any:
        function = lambda_svc._functions.get(name)
        if function is None:
            return publish(name, data)
        known, asked = function["config"]["CodeSha256"], data.get("CodeSha256")
        if asked and asked != known:
            message = f"CodeSHA256 ({asked}) is different from current CodeSHA256 in $LATEST ({known})."
            return error_response_json("InvalidParameterValueException", message, 400)
        latest = function["versions"].get(max(function["versions"], key=int, default=""))
        if latest and latest.get("content") == _content(function):
            return json_response(latest["config"], 201)
        if latest:
            latest.pop("function_revision", None)  # by which ministack would know it again
        answer = publish(name, data)
        if answer[0] == 201:
            function["versions"][json.loads(answer[2])["Version"]]["content"] = _content(function)
        return answer

    lambda_svc._publish_version = published
    lambda_svc._create_function = _then_publish(lambda_svc._create_function, lambda data: data["FunctionName"])
    update = lambda_svc._update_code
    lambda_svc._update_code = lambda name, data: _then_publish(lambda rest: update(name, rest), lambda _: name)(data)


def _content(function: dict[str, Any]) -> str:
    """What makes a version another one: the function's settings, and its code by its hash."""
    settings = {key: value for key, value in function["config"].items() if key not in VOLATILE}
    return json.dumps(settings, sort_keys=True, default=str)


def _then_publish(
    change: Callable[[dict[str, Any]], Any], name: Callable[[dict[str, Any]], str]
) -> Callable[[dict[str, Any]], Any]:
    """`change` a function, then publish it if the request says so; the answer is then the version's."""

    def changed(data: dict[str, Any]) -> Any:
        answer = change({key: value for key, value in data.items() if key != "Publish"})
        if answer[0] >= 300 or not data.get("Publish"):
            return answer
        version = lambda_svc._publish_version(name(data), {})
        return answer[0], version[1], version[2]

    return changed
