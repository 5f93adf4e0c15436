"""`sluice cost`: what images cost here, and what they would cost in other ways."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

import typer
from botocore.exceptions import BotoCoreError, ClientError

from sluice import aws_errors
from sluice.commands import cost_report as report
from sluice.commands.console import Env, Environment, Json, SluiceError, note, show
from sluice.cost import measured
from sluice.cost.comparison import comparison
from sluice.cost.usage import Standing, Usage, recorded, standing


def cost(
    images: Annotated[int, typer.Option(min=1, help="How many images are priced.")] = 1_000_000,
    monthly: Annotated[int, typer.Option(min=1, help="Images a month for which other ways are priced.")] = 1_000_000,
    seconds: Annotated[
        float | None, typer.Option(min=0.0001, help="Of the function for an image; else measured.")
    ] = None,
    memory: Annotated[
        int | None, typer.Option(min=128, max=10_240, help="MB of the function; else as deployed.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=400, help="How far back to measure.")] = 30,
    job: Annotated[bool, typer.Option("--job", help="Price posted lists instead of the queue.")] = False,
    env: Env = "local",
    as_json: Json = False,
) -> None:
    """Price images by what they took in this environment, or else in the benchmark."""
    usages, kept = ([Usage("given", seconds)], standing()) if seconds else _found(env, days)
    if memory is not None:
        usages = [replace(usage, memory=memory) for usage in usages]
    found = comparison(usages, kept, images, monthly)
    show(found, as_json, *report.parts(found, "job" if job else "queue"))


def _found(env: str, days: int) -> tuple[Sequence[Usage], Standing]:
    """What was measured; told, and recorded instead, where nothing was."""
    try:
        deployed = Environment.open(env)
        worker = deployed.output("functions")["worker"]
        cloudwatch = deployed.client("cloudwatch")
        usage = measured.usage(cloudwatch, deployed.client("lambda"), env, worker, days)
        kept = measured.standing_here(cloudwatch, worker.removesuffix("worker"))
    except SluiceError as problem:
        why = str(problem)
    except (BotoCoreError, ClientError) as error:
        why = aws_errors.sentence(error)
    else:
        if usage is not None:
            return [usage], kept
        why = f"fewer than a hundred images were answered in the last {days} days."
    note(f"Nothing is measured in {env}, so the benchmark's figures are taken: {why}")
    return recorded(), standing()
