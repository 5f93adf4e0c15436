"""Patch of SNS: subscriptions by e-mail."""

from typing import Any

from ministack.core.responses import new_uuid
from ministack.services import sns

from localcloud.patches.cloud import Cloud
from localcloud.patches.registry import patch

PROTOCOLS = ("email", "email-json")
PENDING = "pending confirmation"


@patch("email_subscriptions")
def apply_email_subscriptions(_: Cloud) -> None:
    """Leave subscriptions by e-mail pending: the local cloud sends no mail that could be confirmed.

    AWS: returns "pending confirmation" until the owner of the address confirms (SNS API Reference, "Subscribe").
    ministack: subscribes the address at once.
    Upstream: could be offered, as an option.
    """
    subscribe = sns._subscribe

    def subscribe_pending(params: Any) -> Any:
        topic = sns._topic_by_arn_any_scope(sns._normalize_arn(sns._p(params, "TopicArn")))
        before = len(topic["subscriptions"]) if topic else 0
        status, headers, body = subscribe(params)
        if status != 200 or sns._p(params, "Protocol") not in PROTOCOLS:
            return status, headers, body
        for subscription in topic["subscriptions"][before:]:
            subscription.update(confirmed=False, token=new_uuid())
            subscription["attributes"].update(PendingConfirmation="true", ConfirmationWasAuthenticated="false")
            sns._refresh_subscription_counts(topic)
            if sns._p(params, "ReturnSubscriptionArn") != "true":
                body = body.replace(subscription["arn"].encode(), PENDING.encode())
        return status, headers, body

    sns._subscribe = subscribe_pending
