"""Reading, listing and deleting versions of a layer are actions of their own, on the version's ARN.

ministack asks for lambda:ListLayers, on the layer's, and deletes for anybody (Service Authorization Reference,
"Actions, resources, and condition keys for AWS Lambda").
"""

from typing import Any

from ministack.core import iam_actions

from localcloud.patches import iam_question
from localcloud.patches.cloud import Cloud

ACTIONS = {"GET": "lambda:GetLayerVersion", "DELETE": "lambda:DeleteLayerVersion"}


def apply(_: Cloud) -> None:
    resource = iam_actions.extract_resource_arn

    def located(service: str, method: str, path: str, *rest: Any) -> str:
        version, arn = _version(service, path), str(resource(service, method, path, *rest))
        return f"{arn}:{version}" if version else arn

    iam_actions.extract_resource_arn = located
    iam_question.name_action(_named)


def _named(service: str, method: str, path: str) -> str | None:
    version = _version(service, path)
    if version == "":
        return "lambda:ListLayerVersions" if method == "GET" else None
    return ACTIONS.get(method) if version else None


def _version(service: str, path: str) -> str | None:
    """The version that a path names; empty when it is the list of them, None when it is something else."""
    parts = path.strip("/").split("/")
    if service != "lambda" or parts[1:2] != ["layers"] or parts[3:4] != ["versions"]:
        return None
    return (parts[4:5] or [""])[0]
