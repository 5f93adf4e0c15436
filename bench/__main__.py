"""`make bench`: measures, and writes build/out/bench.json and docs/benchmarks.md."""

import json
import signal
import sys
from datetime import UTC, datetime
from time import monotonic
from typing import Annotated

import typer
from rich.console import Console

from bench.document import Run, document
from bench.machine import machine, versions
from bench.measure import NETWORKS, STAGES, Plan, measure
from bench.page import page
from bench.process import ContestantError
from bench.sizes import sizes
from bench.table import show
from localcloud import CloudError
from sluice.project import find_project

FOLDER = find_project() / "build" / "out"
app = typer.Typer(add_completion=False, help=__doc__, pretty_exceptions_enable=False)


@app.command()
def bench(
    stages: Annotated[list[str] | None, typer.Argument(help=f"Some of: {', '.join(STAGES)}. All by default.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="One repeat, MobileNetV2 only.")] = False,  # noqa: FBT002
) -> None:
    """Measure, and tell by the exit code whether every stage and contestant could be."""
    unknown = [stage for stage in stages or [] if stage not in STAGES]
    if unknown:
        raise ContestantError(f"There is no stage {unknown[0]!r}: choose among {', '.join(STAGES)}.")
    plan = Plan(stages or STAGES, ("MobileNetV2",) if quick else NETWORKS, quick)
    console, began, when = Console(stderr=True, highlight=False), monotonic(), datetime.now(UTC)
    found = measure(FOLDER / "bench", plan, console)
    content = document(
        Run(
            when=when.isoformat(timespec="seconds"),
            seconds=monotonic() - began,
            settings={**plan.settings(), "known": STAGES},
            machine=machine(),
            versions=versions(),
            flops=found.flops,
            sizes=sizes(found.artifacts),
            samples=found.samples,
            failures=found.failures,
        )
    )
    (FOLDER / "bench.json").write_text(json.dumps(content, indent=1) + "\n")
    whole = not quick and len(plan.stages) == len(STAGES)
    text = find_project() / "docs" / "benchmarks.md" if whole else FOLDER / "benchmarks.md"
    text.write_text(page(content))
    show(content, console)
    console.print(f"{text.relative_to(find_project())} tells it all, build/out/bench.json holds every sample.")
    raise typer.Exit(1 if found.failures else 0)


def main() -> None:
    """Run the command; what goes wrong is told in a sentence."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that all that was started is stopped
    try:
        app()
    except (CloudError, ContestantError, OSError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
