"""A policy may ask for the tags of an API, which hold for its routes, integrations and stages; ministack knows none.

Condition keys aws:RequestTag and aws:ResourceTag (Service Authorization Reference, "Amazon API Gateway Management V2").
"""

from collections.abc import Mapping
from typing import Any

from ministack.services import apigateway

from ops.cloud.gaps import iam_question
from ops.cloud.gaps.cloud import Cloud
from ops.cloud.gaps.iam_question import Question, Request


def close(_: Cloud) -> None:
    iam_question.add_context(_tags)


def _tags(request: Request, question: Question) -> Mapping[str, Any]:
    if not question.action.startswith("apigateway:"):
        return {}
    _, collection, api, *_ = [*question.resource.rsplit(":", 1)[-1].split("/"), "", ""]
    kept = apigateway._api_tags.get(apigateway._api_arn(api), {}) if collection == "apis" and api else {}
    given = request.body.get("tags") or {}
    return {
        **{f"aws:requesttag/{name}".lower(): value for name, value in given.items()},
        **{f"aws:resourcetag/{name}".lower(): value for name, value in kept.items()},
    }
