"""Whose account it is and where, and whether enough functions may run there at once."""

import json
import re
from typing import Any

from sluice.doctor.outcome import Outcomes, fail, ok, warn
from sluice.doctor.patient import Patient
from sluice.terraform import backend


def credentials(patient: Patient) -> Outcomes:
    """Who one is."""
    me = patient.client("sts").get_caller_identity()
    yield ok(f"{me['Arn']} in the account {me['Account']}")


def region(patient: Patient) -> Outcomes:
    """The environment lies in the region of its state, where everything looks for it."""
    chosen = backend.read_settings(patient.name)["region"]
    try:
        lies = re.match(r"https://sqs\.([a-z0-9-]+)\.", patient.output("images"))
    except Exception:  # what is applied is another check's matter
        lies = None
    if lies and lies[1] != chosen:
        yield fail(
            f"{patient.name} lies in {lies[1]}, but its backend file says {chosen}, and there all else is looked for.",
            "keep the state in a bucket of the environment's own region, and name both in "
            f"terraform/environments/{patient.name}.s3.tfbackend (docs/state.md).",
        )
    else:
        yield ok(chosen)


def quota(patient: Patient) -> Outcomes:
    """Lambda lets as many functions run at once as the worker and one job of each kind may want."""
    limit: int = patient.client("lambda").get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"]
    worker, jobs = _worker(patient), _jobs(patient)
    told = f"Lambda runs {limit:,} functions at once here; the worker wants {worker}, one job of each kind {jobs}"
    cure = 'ask for more in Service Quotas ("Concurrent executions" of AWS Lambda), or lower '
    if limit < worker:
        yield fail(
            f"{told}: images will be throttled until they are dead letters.", f"{cure}worker.maximum_concurrency."
        )
    elif limit < worker + jobs:
        yield warn(f"{told}: together they will be throttled, and slow.", f"{cure}jobs.concurrency and jobs.batches.")
    else:
        yield ok(told)


def _worker(patient: Patient) -> int:
    return sum(mapping.get("ScalingConfig", {}).get("MaximumConcurrency", 1000) for mapping in patient.triggers)


def _jobs(patient: Patient) -> int:
    states = patient.client("stepfunctions")
    machines = (patient.output("jobs")[kind] for kind in ("workflow", "bulk"))
    return sum(
        _widest(json.loads(states.describe_state_machine(stateMachineArn=arn)["definition"])) for arn in machines
    )


def _widest(definition: dict[str, Any]) -> int:
    """The most that a machine runs at once: of its Maps only one is on the way."""
    return max((state.get("MaxConcurrency", 0) for state in definition["States"].values()), default=0)
