"""`sluice cost`: the cost of images in this environment, and of alternatives."""

from dataclasses import replace
from typing import Annotated

import typer

from sluice.commands import cost_report as report
from sluice.commands.console import Env, Json, note, show
from sluice.cost.comparison import comparison
from sluice.cost.source import UsageSource, measure_usage
from sluice.cost.usage import Usage, standing


def cost(
    images: Annotated[int, typer.Option(min=1, help="Number of images to price.")] = 1_000_000,
    monthly: Annotated[int, typer.Option(min=1, help="Images per month for the comparison.")] = 1_000_000,
    seconds: Annotated[
        float | None, typer.Option(min=0.0001, help="Seconds of the function per image. Default: as measured.")
    ] = None,
    memory: Annotated[
        int | None, typer.Option(min=128, max=10_240, help="Memory of the function in MB. Default: as deployed.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=400, help="Number of days to measure.")] = 30,
    job: Annotated[bool, typer.Option("--job", help="Price lists posted as jobs instead of the queue.")] = False,
    env: Env = "local",
    as_json: Json = False,
) -> None:
    """Price images by the times measured in this environment, or by those of the benchmark."""
    source = UsageSource([Usage("given", seconds)], standing()) if seconds else measure_usage(env, days)
    if source.problem:
        note(f"Nothing is measured in {env}, so the figures of the benchmark are used: {source.problem}")
    usages = source.usages if memory is None else [replace(usage, memory=memory) for usage in source.usages]
    result = comparison(usages, source.standing, images, monthly)
    show(result, as_json, *report.render_costs(result, "job" if job else "queue"))
