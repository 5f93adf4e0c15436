"""Who may put metrics may be held to a namespace, by the condition key cloudwatch:namespace; ministack has no such key.

Service Authorization Reference, "Actions, resources, and condition keys for Amazon CloudWatch" (PutMetricData).
"""

from collections.abc import Mapping
from typing import Any

from localcloud.patches import iam_question
from localcloud.patches.cloud import Cloud
from localcloud.patches.iam_question import Question, Request


def apply(_: Cloud) -> None:
    iam_question.add_context(_namespace)


def _namespace(request: Request, question: Question) -> Mapping[str, Any]:
    named = request.body.get("Namespace")
    return {"cloudwatch:namespace": named} if named and question.action == "cloudwatch:PutMetricData" else {}
