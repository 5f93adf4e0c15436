"""Reading, changing and deleting an event source mapping are actions of their own, and know whose function it feeds.

ministack asks for lambda:ListEventSourceMappings or nothing, without the condition key lambda:FunctionArn (Service
Authorization Reference, "Actions, resources, and condition keys for AWS Lambda").
"""

from collections.abc import Mapping
from typing import Any

from ministack.services import lambda_svc

from localcloud.patches import iam_question
from localcloud.patches.cloud import Cloud
from localcloud.patches.iam_question import Question, Request

ACTIONS = {"GET": "Get", "PUT": "Update", "DELETE": "Delete"}


def apply(_: Cloud) -> None:
    iam_question.name_action(_named)
    iam_question.add_context(_function)


def _named(service: str, method: str, path: str) -> str | None:
    parts = path.strip("/").split("/")
    if service == "lambda" and parts[1:2] == ["event-source-mappings"] and len(parts) == 3 and method in ACTIONS:
        return f"lambda:{ACTIONS[method]}EventSourceMapping"
    return None


def _function(request: Request, question: Question) -> Mapping[str, Any]:
    if not question.action.endswith("EventSourceMapping"):
        return {}
    named = request.body.get("FunctionName")
    if named is None:
        mapping = lambda_svc._esms.get(request.path.strip("/").split("/")[-1])
        named = mapping["FunctionArn"] if mapping else None
    if named is None:
        return {}
    return {"lambda:functionarn": named if named.startswith("arn:") else request.arn("lambda", f"function:{named}")}
