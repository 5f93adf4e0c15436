"""A mail address must be confirmed: "Subscribe" in the SNS API Reference."""

from tests.support.localcloud.aws import Aws, unique_name


def test_a_mail_address_waits_for_its_owner(aws: Aws) -> None:
    """ "If you choose ... email ... returns the string "pending confirmation" unless ReturnSubscriptionArn"."""
    sns = aws.client("sns")
    topic = sns.create_topic(Name=unique_name("topic"))["TopicArn"]
    made = sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="team@example.org")
    assert made["SubscriptionArn"] == "pending confirmation"
    named = sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="all@example.org", ReturnSubscriptionArn=True)
    attributes = sns.get_subscription_attributes(SubscriptionArn=named["SubscriptionArn"])["Attributes"]
    assert attributes["PendingConfirmation"] == "true"
    assert sns.get_topic_attributes(TopicArn=topic)["Attributes"]["SubscriptionsPending"] == "2"


def test_a_queue_need_not_be_confirmed(aws: Aws) -> None:
    sns = aws.client("sns")
    topic = sns.create_topic(Name=unique_name("topic"))["TopicArn"]
    made = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=aws.queue_arn(aws.create_queue()))
    assert made["SubscriptionArn"].startswith(f"{topic}:")
