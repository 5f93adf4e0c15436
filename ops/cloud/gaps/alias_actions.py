"""Reading, changing and deleting an alias are actions of their own; ministack asks for lambda:ListAliases for each."""

from typing import Any

from ministack.core import iam_actions

from ops.cloud.gaps.cloud import Cloud

ACTIONS = {"GET": "lambda:GetAlias", "PUT": "lambda:UpdateAlias", "DELETE": "lambda:DeleteAlias"}


def close(_: Cloud) -> None:
    extract = iam_actions.extract_iam_action

    def extracted(service: str, method: str, path: str, *rest: Any) -> str | None:
        action: str | None = extract(service, method, path, *rest)  # always: others note the request there
        parts = path.strip("/").split("/")
        if service == "lambda" and parts[1:2] == ["functions"] and parts[3:4] == ["aliases"] and len(parts) == 5:
            return ACTIONS.get(method)
        return action

    iam_actions.extract_iam_action = extracted
