"""`sluice cost`: the cost of images in this environment, and of alternatives."""

from dataclasses import replace
from typing import Annotated

import typer

from sluice.commands import cost_report as report
from sluice.commands.console import Env, Json, note, show
from sluice.cost.comparison import compare_costs
from sluice.cost.measurement import Measurement, measure
from sluice.cost.usage import Usage, recorded_resources


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
    measured = Measurement([Usage("given", seconds)], recorded_resources()) if seconds else measure(env, days)
    if measured.problem:
        note(f"Nothing is measured in {env}, so the figures of the benchmark are used: {measured.problem}")
    usages = measured.usages if memory is None else [replace(usage, memory=memory) for usage in measured.usages]
    result = compare_costs(usages, measured.resources, images, monthly)
    show(result, as_json, *report.render_costs(result, "job" if job else "queue"))
