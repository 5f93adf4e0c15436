"""`sluice status`: how an environment does, on one page."""

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated

import typer

from sluice import durations
from sluice.commands.console import Env, Environment, Json, SluiceError, show
from sluice.commands.status_page import page
from sluice.status import alarms, ledger, queues, versions

_KEPT = timedelta(days=455)  # CloudWatch forgets what is older


def _time(since: str) -> timedelta:
    try:
        time = timedelta(seconds=durations.seconds(since))
    except SluiceError as told:
        raise typer.BadParameter(str(told)) from None
    if not timedelta(0) < time <= _KEPT:
        raise typer.BadParameter(f"{since!r} is out of range: CloudWatch keeps counts for {_KEPT.days} days.")
    return time


def _checked(since: str) -> str:
    _time(since)
    return since


Since = Annotated[
    str, typer.Option(callback=_checked, metavar="AGE", help="How far back the ledger counts, such as 2h or 7d.")
]

_QUEUES = ("images", "dead_letters", "predictions")


def status(since: Since = "1d", env: Env = "local", as_json: Json = False) -> None:
    """Show queues, dead letters, alarms that are on, the model in use, and the ledger.

    The ledger: sent - replayed = predicted + rejected + dropped + dead + in flight.
    """
    back, deployed = _time(since), Environment.open(env)
    cloudwatch, worker = deployed.client("cloudwatch"), deployed.output("functions")["worker"]
    lying = queues.look(deployed.client("sqs"), cloudwatch, {which: deployed.output(which) for which in _QUEUES})
    on = alarms.on(cloudwatch, deployed.output("alarms")["names"])
    model = deployed.output("model")["version"]
    shares = versions.shares(deployed.client("lambda"), worker)
    account = ledger.look(cloudwatch, deployed.outputs, lying, back)
    found = {
        "environment": env,
        "queues": {which: asdict(queue) for which, queue in lying.items()},
        "alarms": [asdict(alarm) for alarm in on],
        "model": model,
        "models": deployed.output("models")["served"],
        "worker": {"function": worker, "versions": shares},
        "ledger": {"since_seconds": back.total_seconds(), **account.as_dict(), "reasons": account.reasons},
    }
    show(found, as_json, *page(lying, on, model, shares, account))
