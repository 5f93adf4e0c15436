"""Subscriptions: SNS API Reference, "Subscribe"."""

from tests.support.localcloud.aws import Aws, unique_name


def test_email_subscription_stays_pending(aws: Aws) -> None:
    """ "If you choose ... email ... returns the string "pending confirmation" unless ReturnSubscriptionArn"."""
    sns = aws.client("sns")
    topic = sns.create_topic(Name=unique_name("topic"))["TopicArn"]
    subscription = sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="team@example.org")
    assert subscription["SubscriptionArn"] == "pending confirmation"
    pending = sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="all@example.org", ReturnSubscriptionArn=True)
    attributes = sns.get_subscription_attributes(SubscriptionArn=pending["SubscriptionArn"])["Attributes"]
    assert attributes["PendingConfirmation"] == "true"
    assert sns.get_topic_attributes(TopicArn=topic)["Attributes"]["SubscriptionsPending"] == "2"


def test_queue_subscription_needs_no_confirmation(aws: Aws) -> None:
    sns = aws.client("sns")
    topic = sns.create_topic(Name=unique_name("topic"))["TopicArn"]
    subscription = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=aws.queue_arn(aws.create_queue()))
    assert subscription["SubscriptionArn"].startswith(f"{topic}:")
