"""A mail address is subscribed once its owner has confirmed it; ministack takes it for confirmed.

Nobody gets a mail here, so nobody confirms: such a subscription stays pending.
"""

from typing import Any

from ministack.core.responses import new_uuid
from ministack.services import sns

from localcloud.patches.cloud import Cloud

PROTOCOLS = ("email", "email-json")
PENDING = "pending confirmation"


def apply(_: Cloud) -> None:
    subscribe = sns._subscribe

    def pending(params: Any) -> Any:
        topic = sns._topic_by_arn_any_scope(sns._normalize_arn(sns._p(params, "TopicArn")))
        before = len(topic["subscriptions"]) if topic else 0
        status, headers, body = subscribe(params)
        if status != 200 or sns._p(params, "Protocol") not in PROTOCOLS:
            return status, headers, body
        made = topic["subscriptions"][before:]
        for subscription in made:
            subscription.update(confirmed=False, token=new_uuid())
            subscription["attributes"].update(PendingConfirmation="true", ConfirmationWasAuthenticated="false")
            sns._refresh_subscription_counts(topic)
            if sns._p(params, "ReturnSubscriptionArn") != "true":
                body = body.replace(subscription["arn"].encode(), PENDING.encode())
        return status, headers, body

    sns._subscribe = pending
