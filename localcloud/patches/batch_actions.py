"""SQS has no permission for its batch actions: sqs:SendMessage covers SendMessageBatch, and so for the other two.

ministack asks for sqs:SendMessageBatch, which no policy that AWS accepts would grant.
"""

from typing import Any

from ministack.core import iam_actions

from localcloud.patches.cloud import Cloud

COVERED_BY = {
    f"sqs:{action}Batch": f"sqs:{action}" for action in ("SendMessage", "DeleteMessage", "ChangeMessageVisibility")
}


def apply(_: Cloud) -> None:
    extract = iam_actions.extract_iam_action

    def covering(*arguments: Any) -> str | None:
        action: str | None = extract(*arguments)
        return COVERED_BY.get(action or "", action)

    iam_actions.extract_iam_action = covering
