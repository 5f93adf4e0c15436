"""Checks of running services: the local cloud, the worker's trigger, and the subscriptions to alarms."""

import os

from localcloud import CloudError, LocalCloud, settings
from localcloud.settings import find_python
from sluice.doctor.context import CheckResults, Context, fail, ok, warn


def check_local_cloud(context: Context) -> CheckResults:
    """Check, for the environment `local`, that a local cloud is running, and name its version."""
    if context.name != "local":
        yield ok(f"{context.name} needs none")
        return
    try:
        python = find_python("cloud")
    except CloudError as error:
        yield fail(str(error), "run `make setup`.")
        return
    versions = sorted(
        folder.name.removesuffix(".dist-info") for folder in python.parents[1].rglob("ministack-*.dist-info")
    )
    version = ", ".join(versions) or "no ministack"
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    running = LocalCloud.find(settings.DEFAULT_DIRECTORY)
    if running is not None and endpoint in (None, "", running.endpoint):
        yield ok(f"running on {running.endpoint} ({version})")
    elif endpoint:
        yield ok(f"AWS_ENDPOINT_URL names {endpoint} ({version} is installed)")
    else:
        yield fail("No local cloud is running.", "start one with `make up`, then `make apply ENV=local`.")


def check_trigger(context: Context) -> CheckResults:
    """Check that Lambda polls the images queue for the worker."""
    worker = context.output("functions")["worker"]
    if not context.triggers:
        yield fail(f"{worker} has no trigger, so it receives no images.", f"run `make apply ENV={context.name}`.")
    for mapping in context.triggers:
        if mapping["State"] == "Enabled":
            yield ok(f"{worker} receives images in batches of {mapping['BatchSize']}")
        else:
            yield fail(
                f"The trigger of {worker} is {mapping['State']}, so images wait in the queue.",
                f"run `aws lambda update-event-source-mapping --uuid {mapping['UUID']} --enabled`.",
            )


def check_subscriptions(context: Context) -> CheckResults:
    """Check that someone is subscribed to alarms, and has confirmed the subscription."""
    topic, sns = context.output("alarms")["topic"], context.client("sns")
    attributes = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    confirmed, pending = int(attributes["SubscriptionsConfirmed"]), int(attributes["SubscriptionsPending"])
    if pending:
        yield warn(
            f"Subscriptions to alarms that are not confirmed: {pending}.",
            "ask the subscribers to open the link in the mail from AWS.",
        )
    elif confirmed:
        yield ok(f"confirmed subscriptions to alarms: {confirmed}")
    else:
        yield warn(
            "No one is subscribed to alarms.", f"add addresses to alarm_emails in {context.name}.tfvars and apply."
        )
