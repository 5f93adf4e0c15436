"""Who makes something with tags needs the permission to tag, too; ministack asks only for the one to make it.

Such as: "To be able to tag a queue on creation, you must have the sqs:CreateQueue and sqs:TagQueue permissions" (SQS
API Reference, "CreateQueue"). What API Gateway asks for is read off its refusals: it documents neither question.
"""

from collections.abc import Iterator
from urllib.parse import quote

from localcloud.patches import iam_question
from localcloud.patches.cloud import Cloud
from localcloud.patches.iam_question import Question, Request

TAGGING = {
    "cloudwatch:PutMetricAlarm": "cloudwatch:TagResource",
    "iam:CreatePolicy": "iam:TagPolicy",
    "iam:CreateRole": "iam:TagRole",
    "lambda:CreateEventSourceMapping": "lambda:TagResource",
    "lambda:CreateFunction": "lambda:TagResource",
    "logs:CreateLogGroup": "logs:TagResource",
    "sns:CreateTopic": "sns:TagResource",
    "sqs:CreateQueue": "sqs:TagQueue",
    "states:CreateStateMachine": "states:TagResource",
}


def apply(_: Cloud) -> None:
    iam_question.ask_also(_tagged)


def _tagged(request: Request, question: Question) -> Iterator[Question]:
    keys = {name.lower(): value for name, value in question.context.items()}
    if not (keys.get("aws:tagkeys") or request.body.get("tags") or request.body.get("Tags")):
        return
    if tagging := TAGGING.get(question.action):
        known = question.resource != "*"
        yield Question(tagging, question.resource if known else request.arn("lambda", "event-source-mapping:*"), keys)
    elif question.action == "apigateway:POST":
        gateway, _, path = question.resource.partition("::")
        if path == "/apis":  # an API that has no id yet
            yield Question("apigateway:POST", f"{gateway}::/tags/{quote(f'{gateway}::/v2/apis/', safe='')}*", keys)
        elif path.startswith("/apis/") and path.endswith("/stages"):
            yield Question("apigateway:TagResource", question.resource, keys)
