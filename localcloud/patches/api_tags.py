"""A policy may ask for the tags of an API or of a stage, each for itself; ministack knows none.

Condition keys aws:RequestTag and aws:ResourceTag (Service Authorization Reference, "Amazon API Gateway Management V2").
That what belongs to an API inherits its tags is documented of REST APIs only, and /tags/... has no such key at all: so
routes, integrations and tags are asked for without any.
"""

from collections.abc import Mapping
from typing import Any

from ministack.services import apigateway

from localcloud.patches import iam_question
from localcloud.patches.cloud import Cloud
from localcloud.patches.iam_question import Question, Request


def apply(_: Cloud) -> None:
    iam_question.add_context(_tags)


def _tags(request: Request, question: Question) -> Mapping[str, Any]:
    if not question.action.startswith("apigateway:"):
        return {}
    given = request.body.get("tags") or {}
    return {
        **{f"aws:requesttag/{name}".lower(): value for name, value in given.items()},
        **{f"aws:resourcetag/{name}".lower(): value for name, value in _kept(question.resource).items()},
    }


def _kept(resource: str) -> Mapping[str, str]:
    """The tags of the API or the stage that an ARN names, or of the stage to which it belongs."""
    _, collection, api, *parts = [*resource.rsplit(":", 1)[-1].split("/"), "", ""]
    if collection != "apis" or not api:
        return {}
    match [part for part in parts if part]:
        case []:
            named: list[str] = []
        case ["stages", stage, *_]:
            named = ["stages", stage]
        case _:
            return {}
    found: Mapping[str, str] = apigateway._api_tags.get(apigateway._api_resource_arn(api, *named), {})
    return found
