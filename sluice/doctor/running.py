"""What runs: the local cloud, the worker's trigger, and those who are told of alarms."""

import os

from localcloud import LocalCloud, settings
from localcloud.settings import CloudError, find_python
from sluice.doctor.outcome import Outcomes, fail, ok, warn
from sluice.doctor.patient import Patient


def local_cloud(patient: Patient) -> Outcomes:
    """For the local environment: a cloud runs, of the version that it was written for."""
    if patient.name != "local":
        yield ok(f"{patient.name} needs none")
        return
    try:
        python = find_python("cloud")
    except CloudError as missing:
        yield fail(str(missing), "run `make setup`.")
        return
    versions = sorted(
        folder.name.removesuffix(".dist-info") for folder in python.parents[1].rglob("ministack-*.dist-info")
    )
    version = ", ".join(versions) or "no ministack"
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    running = LocalCloud.find(settings.DEFAULT_DIRECTORY)
    if running is not None and endpoint in (None, "", running.endpoint):
        yield ok(f"serves on {running.endpoint} ({version})")
    elif endpoint:
        yield ok(f"AWS_ENDPOINT_URL names {endpoint} ({version} is installed)")
    else:
        yield fail("No local cloud runs.", "start one with `make up`, then `make apply ENV=local`.")


def trigger(patient: Patient) -> Outcomes:
    """The worker is given what is in the queue."""
    worker = patient.output("functions")["worker"]
    if not patient.triggers:
        yield fail(f"Nothing gives {worker} its images.", f"run `make apply ENV={patient.name}`.")
    for mapping in patient.triggers:
        if mapping["State"] == "Enabled":
            yield ok(f"{worker} takes images, {mapping['BatchSize']} at a time")
        else:
            yield fail(
                f"The trigger of {worker} is {mapping['State']}, so images wait.",
                f"aws lambda update-event-source-mapping --uuid {mapping['UUID']} --enabled",
            )


def subscriptions(patient: Patient) -> Outcomes:
    """Somebody is told of alarms, and has confirmed it."""
    topic, sns = patient.output("alarms")["topic"], patient.client("sns")
    counts = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    confirmed, pending = int(counts["SubscriptionsConfirmed"]), int(counts["SubscriptionsPending"])
    if pending:
        yield warn(
            f"{pending} who are to be told of alarms did not confirm it.", "have them open AWS's mail, and its link."
        )
    elif confirmed:
        yield ok(f"{confirmed} are told of alarms")
    else:
        yield warn("Nobody is told of alarms.", f"name people in alarm_emails of {patient.name}.tfvars, and apply.")
