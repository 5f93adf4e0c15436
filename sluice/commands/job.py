"""`sluice job`: classify a list as one job, and read its results in the order of the list."""

import sys
from itertools import islice
from typing import Annotated, Any

import typer

from jobs import names
from sluice.commands.answers import AnswerPrinter
from sluice.commands.console import Env, Json, note, progress_bar, show
from sluice.commands.inputs import Addresses, InputFile, Inputs, Model, Top
from sluice.environment import Environment
from sluice.errors import SluiceError
from sluice.jobs.client import build_list, fetch_job, read_results, submit_job, wait_for_job
from sluice.jobs.errors import name_job_in_errors
from sluice.jobs.progress import read_progress

Id = Annotated[str, typer.Argument(metavar="ID", help="The job's ID, which `submit` prints.")]

_ROWS = 100  # printed at a time

app = typer.Typer(
    no_args_is_help=True, help="Classify a list as one job, and read its results in the order of the list."
)


@app.command()
def submit(
    addresses: Addresses = None,
    file: InputFile = None,
    model: Model = None,
    top: Top = None,
    name: Annotated[
        str | None, typer.Option(help="ID for the job; submitting the same list again starts no second job.")
    ] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Wait for the job to end, and print the answers.")] = False,
    env: Env = "local",
    as_json: Json = False,
) -> None:
    """Start a job: up to 1,000 addresses, or one s3:// address of a list that ends in .jsonl or .csv."""
    # A list with a name can be submitted again if the response is lost.
    job = names.new_job_name() if name is None else name
    options = {"model": model, "top": top, "name": job}
    body = build_list(Inputs.from_options(addresses, file).lines())
    body |= {field: value for field, value in options.items() if value is not None}
    environment = Environment.open(env)
    follow_command = f"`sluice job follow {job} --env {env}`"
    hint = f"Job {job} may have been started: check with {follow_command}. Submitting with --name {job} is safe."
    with name_job_in_errors(job, hint):
        job = submit_job(environment.output("jobs")["api"], body, note)
    if not wait:
        message = f"Job {job} started. Wait for it with {follow_command}."
        show({"id": job, "status": "running"}, as_json, message)
        return
    note(f"Job {job} started. If you stop this command, resume with {follow_command}.")
    _print_results(environment, _wait(environment, job), as_json)


@app.command()
def follow(job: Id, env: Env = "local", as_json: Json = False) -> None:
    """Wait for a job to end, and print its summary."""
    ended = _wait(Environment.open(env), job)
    summary = {name: value for name, value in ended.items() if name != "results"}
    counts = ", ".join(f"{summary[name]:,} {name}" for name in ("predicted", "rejected", "failed"))
    show(
        summary, as_json, f"Job {job} has ended: {counts}. Print the answers with `sluice job fetch {job} --env {env}`."
    )


@app.command()
def fetch(job: Id, env: Env = "local", as_json: Json = False) -> None:
    """Print a job's answers in the order of its list: a table on a terminal, JSON lines with --json or when piped."""
    environment = Environment.open(env)
    ended = fetch_job(environment.output("jobs")["api"], job, note)
    if ended is None:
        raise SluiceError(f"Job {job} is still running: wait for it with `sluice job follow {job} --env {env}`.")
    _print_results(environment, ended, as_json)


def _wait(environment: Environment, job: str) -> dict[str, Any]:
    """Wait for a job to end, with a progress bar."""
    outputs, done = environment.output("jobs"), 0
    resume = f"Job {job} continues to run: resume with `sluice job follow {job} --env {environment.name}`."
    with name_job_in_errors(job, resume), progress_bar("Done", None) as advance:

        def show_progress() -> None:
            nonlocal done
            progress = read_progress(environment.client("s3"), environment.client("stepfunctions"), outputs, job)
            advance(max(0, progress.done - done), progress.total)
            done = max(done, progress.done)

        ended = wait_for_job(outputs["api"], job, while_running=show_progress, on_retry=_print_above_bar)
        advance(ended["items"] - done, ended["items"])
    return ended


def _print_above_bar(message: str) -> None:
    print(message, file=sys.stderr)  # Rich redirects it while the bar is shown


def _print_results(environment: Environment, ended: dict[str, Any], as_json: bool) -> None:
    job = ended["id"]
    hint = f"Job {job} has ended: print its answers with `sluice job fetch {job} --env {environment.name}`."
    with name_job_in_errors(job, hint):
        printer, results = AnswerPrinter(as_json), read_results(environment.client("s3"), ended["results"])
        while rows := list(islice(results, _ROWS)):
            printer.print(rows)
