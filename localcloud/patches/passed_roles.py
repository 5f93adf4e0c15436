"""Who gives a service a role needs iam:PassRole for it; ministack asks nobody.

"To pass a role (and its permissions) to an AWS service, a user must have permissions to pass the role to the service"
(IAM User Guide, "Granting a user permissions to pass a role to an AWS service").
"""

from collections.abc import Iterator

from localcloud.patches import iam_question
from localcloud.patches.cloud import Cloud
from localcloud.patches.iam_question import Question, Request

# By action: where the request has the role, and to whom it goes.
PASSED = {
    "lambda:CreateFunction": ("Role", "lambda.amazonaws.com"),
    "lambda:UpdateFunctionConfiguration": ("Role", "lambda.amazonaws.com"),
    "states:CreateStateMachine": ("roleArn", "states.amazonaws.com"),
    "states:UpdateStateMachine": ("roleArn", "states.amazonaws.com"),
    "apigateway:POST": ("credentialsArn", "apigateway.amazonaws.com"),
    "apigateway:PATCH": ("credentialsArn", "apigateway.amazonaws.com"),
}


def apply(_: Cloud) -> None:
    iam_question.ask_also(_passed)


def _passed(request: Request, question: Question) -> Iterator[Question]:
    field, service = PASSED.get(question.action, ("", ""))
    if role := request.body.get(field):
        yield Question("iam:PassRole", str(role), {"iam:PassedToService": service})
