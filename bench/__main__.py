"""The command of `make bench`: measure, and write build/out/bench.json and docs/benchmarks.md."""

import json
import signal
import sys
from datetime import UTC, datetime
from time import monotonic
from typing import Annotated

import typer
from rich.console import Console

from bench.document import Run, create_document, read_sizes
from bench.machine import describe_machine, list_versions
from bench.measure import NETWORKS, Plan, run_plan
from bench.process import CompetitorError
from bench.report import print_targets, render_page
from bench.stages import STAGES
from localcloud import CloudError
from sluice.project import find_project

FOLDER = find_project() / "build" / "out"
app = typer.Typer(add_completion=False, help=__doc__, pretty_exceptions_enable=False)


@app.command()
def bench(
    stages: Annotated[
        list[str] | None, typer.Argument(help=f"Stages to measure: {', '.join(STAGES)}. Default: all.")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Measure MobileNetV2 only, with one repeat.")] = False,  # noqa: FBT002
) -> None:
    """Measure all competitors. The exit code is 1 if a stage or a competitor failed."""
    unknown = [stage for stage in stages or [] if stage not in STAGES]
    if unknown:
        raise CompetitorError(f"Invalid stage {unknown[0]!r}: choose from {', '.join(STAGES)}.")
    plan = Plan(stages or list(STAGES), ("MobileNetV2",) if quick else NETWORKS, quick)
    console, started, when = Console(stderr=True, highlight=False), monotonic(), datetime.now(UTC)
    measurements = run_plan(FOLDER / "bench", plan, console)
    content = create_document(
        Run(
            when=when.isoformat(timespec="seconds"),
            seconds=monotonic() - started,
            settings={**plan.settings(), "known": list(STAGES)},
            machine=describe_machine(),
            versions=list_versions(),
            flops=measurements.flops,
            sizes=read_sizes(measurements.artifacts),
            samples=measurements.samples,
            failures=measurements.failures,
        )
    )
    (FOLDER / "bench.json").write_text(json.dumps(content, indent=1) + "\n")
    complete = not quick and len(plan.stages) == len(STAGES)
    path = find_project() / "docs" / "benchmarks.md" if complete else FOLDER / "benchmarks.md"
    path.write_text(render_page(content))
    print_targets(content, console)
    console.print(f"Wrote {path.relative_to(find_project())} and every sample to build/out/bench.json.")
    raise typer.Exit(1 if measurements.failures else 0)


def main() -> None:
    """Run the command; print a failure as one sentence."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # stops all started processes
    try:
        app()
    except (CloudError, CompetitorError, OSError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
