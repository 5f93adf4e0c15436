"""Everything that `sluice status` shows of an environment."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from sluice.environment import Environment
from sluice.status.accounting import Accounting, read_accounting
from sluice.status.alarms import Alarm, find_active_alarms
from sluice.status.queues import Queue, read_queues

_QUEUES = ("images", "dead_letters", "predictions")
_ALIAS = "live"


@dataclass(frozen=True)
class StatusReport:
    """The status of an environment.

    Attributes:
        environment: The environment's name.
        queues: Its queues, by the names of Terraform's outputs.
        alarms: The alarms in the state ALARM.
        model: The default model, as name@hash.
        models: All deployed models, as Terraform's output has them.
        worker: The name of the worker's function.
        versions: The fraction of calls (0 to 1) that each version of the worker receives.
        accounting: The accounting of the tasks.
        since: The time span of the accounting.
    """

    environment: str
    queues: Mapping[str, Queue]
    alarms: Sequence[Alarm]
    model: str
    models: Any
    worker: str
    versions: Mapping[str, float]
    accounting: Accounting
    since: timedelta

    def as_dict(self) -> dict[str, Any]:
        """Return the report as an object for JSON."""
        return {
            "environment": self.environment,
            "queues": {name: asdict(queue) for name, queue in self.queues.items()},
            "alarms": [asdict(alarm) for alarm in self.alarms],
            "model": self.model,
            "models": self.models,
            "worker": {"function": self.worker, "versions": self.versions},
            "accounting": {
                "since_seconds": self.since.total_seconds(),
                **self.accounting.as_dict(),
                "possible_reasons": self.accounting.possible_reasons,
            },
        }


def read_status(environment: Environment, since: timedelta) -> StatusReport:
    """Return the status of an environment, with the accounting of the time span that ends now.

    Raises:
        SluiceError: If Terraform's outputs cannot be read.
        ClientError, BotoCoreError: If AWS refuses a call or cannot be reached.
    """
    cloudwatch, worker = environment.client("cloudwatch"), environment.output("functions")["worker"]
    urls = {name: environment.output(name) for name in _QUEUES}
    queues = read_queues(environment.client("sqs"), cloudwatch, urls)
    return StatusReport(
        environment=environment.name,
        queues=queues,
        alarms=find_active_alarms(cloudwatch, environment.output("alarms")["names"]),
        model=environment.output("model")["version"],
        models=environment.output("models")["served"],
        worker=worker,
        versions=read_version_weights(environment.client("lambda"), worker),
        accounting=read_accounting(cloudwatch, environment.outputs, queues, since),
        since=since,
    )


def read_version_weights(lambda_client: Any, function: str) -> dict[str, float]:
    """Return the fraction of calls (0 to 1) that each version of a function receives through its alias."""
    alias = lambda_client.get_alias(FunctionName=function, Name=_ALIAS)
    others: dict[str, float] = alias.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})
    return {alias["FunctionVersion"]: round(1 - sum(others.values()), 6)} | others
