"""Reading, changing and deleting an alias are actions of their own; ministack asks for lambda:ListAliases for each."""

from localcloud.patches import iam_question
from localcloud.patches.cloud import Cloud

ACTIONS = {"GET": "lambda:GetAlias", "PUT": "lambda:UpdateAlias", "DELETE": "lambda:DeleteAlias"}


def apply(_: Cloud) -> None:
    iam_question.name_action(_named)


def _named(service: str, method: str, path: str) -> str | None:
    parts = path.strip("/").split("/")
    if service == "lambda" and parts[1:2] == ["functions"] and parts[3:4] == ["aliases"] and len(parts) == 5:
        return ACTIONS.get(method)
    return None
