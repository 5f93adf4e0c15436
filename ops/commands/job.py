"""`sluice job`: a list classified as one, in its order."""

from itertools import islice
from time import sleep
from typing import Annotated, Any

import typer

from jobs.request import MAX_URLS
from ops import job_results, jobs, tasks
from ops.commands.answers import Answers
from ops.commands.frame import Deployed, Env, Json, Told, bar, show
from ops.commands.send import Model, Top
from ops.commands.source import Addresses, File, Source
from ops.job_progress import progress

Id = Annotated[str, typer.Argument(metavar="ID", help="The job's id, as `submit` told it.")]

_ROWS = 100  # printed at once

app = typer.Typer(no_args_is_help=True, help="Have a list classified as one job, and get every answer in its order.")


@app.command()
def submit(
    addresses: Addresses = None,
    file: File = None,
    model: Model = None,
    top: Top = None,
    name: Annotated[str | None, typer.Option(help="The job's id to be; the same list again is no new job.")] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Follow it, and print the answers.")] = False,
    env: Env = "local",
    as_json: Json = False,
) -> None:
    """Start a job: up to 1,000 addresses, or one s3:// address of a list that ends in .jsonl or .csv."""
    asked = {"model": model, "top": top, "name": name}
    body = _what(Source.of(addresses, file)) | {field: value for field, value in asked.items() if value is not None}
    deployed = Deployed.open(env)
    job = jobs.post(deployed.output("jobs")["api"], body)
    if wait:
        _print(deployed, _end(deployed, job), as_json)
    else:
        show({"id": job, "status": "running"}, as_json, f"The job {job} runs: `sluice job follow {job} --env {env}`.")


@app.command()
def follow(job: Id, env: Env = "local", as_json: Json = False) -> None:
    """Wait until a job has ended, and say how."""
    ended = _end(Deployed.open(env), job)
    told = {name: value for name, value in ended.items() if name != "results"}
    counts = ", ".join(f"{told[name]:,} {name}" for name in ("predicted", "rejected", "failed"))
    show(told, as_json, f"The job {job} is done: {counts}. `sluice job fetch {job} --env {env}` has the answers.")


@app.command()
def fetch(job: Id, env: Env = "local", as_json: Json = False) -> None:
    """Print a job's answers in the order of its list: a table on a terminal, JSON lines with --json or when piped."""
    deployed = Deployed.open(env)
    ended = jobs.answer(deployed.output("jobs")["api"], job)
    if ended is None:
        raise Told(f"The job {job} still runs: `sluice job follow {job} --env {env}` waits for its end.")
    _print(deployed, ended, as_json)


def _what(source: Source) -> dict[str, Any]:
    """The list, as the API takes it."""
    urls = []
    for task in tasks.read(source.lines()):
        if task.body.startswith("{"):
            raise Told(f"Line {task.line} is JSON, but a job's list has addresses only; --model and --top are for all.")
        urls.append(task.body)
        if len(urls) > MAX_URLS:
            raise Told(
                f"The list has more than {MAX_URLS:,} addresses: put it into an image bucket as .csv or .jsonl, and "
                "submit its s3:// address."
            )
    return {"source": urls[0]} if len(urls) == 1 and urls[0].endswith((".jsonl", ".csv")) else {"urls": urls}


def _end(deployed: Deployed, job: str) -> dict[str, Any]:
    """The job's last word, with a bar meanwhile."""
    addresses = deployed.output("jobs")
    with bar("Done", None) as advance:
        seen, pause = 0, 0.5
        while (ended := jobs.answer(addresses["api"], job)) is None:
            far = progress(deployed.client("s3"), deployed.client("stepfunctions"), addresses, job)
            advance(far.done - seen, far.total)
            seen = far.done
            sleep(pause)
            pause = min(1.5 * pause, 5)
        advance(ended["items"] - seen, ended["items"])
    return ended


def _print(deployed: Deployed, ended: dict[str, Any], as_json: bool) -> None:
    answers, bodies = Answers(as_json), job_results.bodies(deployed.client("s3"), ended["results"])
    while some := list(islice(bodies, _ROWS)):
        answers.show(some)
