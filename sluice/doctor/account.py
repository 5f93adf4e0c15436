"""Checks of the AWS account: credentials, region, and the quota of concurrent executions."""

import json
import re
from typing import Any

from sluice.doctor.context import CheckResults, Context, fail, ok, warn
from sluice.terraform import backend


def check_credentials(context: Context) -> CheckResults:
    """Check that AWS accepts the credentials, and name the identity."""
    identity = context.client("sts").get_caller_identity()
    yield ok(f"{identity['Arn']} in the account {identity['Account']}")


def check_region(context: Context) -> CheckResults:
    """Check that the environment is in the region of its backend file, in which all commands look for it."""
    configured = backend.read_settings(context.name)["region"]
    try:
        match = re.match(r"https://sqs\.([a-z0-9-]+)\.", context.output("images"))
    except Exception:  # the check applied reports it
        match = None
    if match and match[1] != configured:
        yield fail(
            f"{context.name} is deployed in {match[1]}, but its backend file names {configured}, where all commands "
            "look for it.",
            "store the state in a bucket of the environment's own region, and name both in "
            f"terraform/environments/{context.name}.s3.tfbackend (docs/state.md).",
        )
    else:
        yield ok(configured)


def check_quota(context: Context) -> CheckResults:
    """Check that the account's concurrency is enough for the worker and one job of each kind."""
    settings = context.client("lambda").get_account_settings()
    limit: int = settings["AccountLimit"]["UnreservedConcurrentExecutions"]
    worker, jobs = _worker_concurrency(context), _jobs_concurrency(context)
    message = (
        f"Lambda runs up to {limit:,} functions at once in this account; the worker needs {worker}, one job of each "
        f"kind {jobs}"
    )
    fix = 'request more in Service Quotas ("Concurrent executions" of AWS Lambda), or lower '
    if limit < worker:
        yield fail(f"{message}: throttled images will become dead letters.", f"{fix}worker.maximum_concurrency.")
    elif limit < worker + jobs:
        yield warn(
            f"{message}: together they will be throttled and slow.",
            f"{fix}jobs.concurrency and jobs.batch_concurrency.",
        )
    else:
        yield ok(message)


def _worker_concurrency(context: Context) -> int:
    return sum(mapping.get("ScalingConfig", {}).get("MaximumConcurrency", 1000) for mapping in context.triggers)


def _jobs_concurrency(context: Context) -> int:
    client = context.client("stepfunctions")
    machines = (context.output("jobs")[kind] for kind in ("workflow", "bulk"))
    return sum(
        _map_concurrency(json.loads(client.describe_state_machine(stateMachineArn=arn)["definition"]))
        for arn in machines
    )


def _map_concurrency(definition: dict[str, Any]) -> int:
    """Return the largest concurrency of a state machine's Map states, of which one runs at a time."""
    return max((state.get("MaxConcurrency", 0) for state in definition["States"].values()), default=0)
