"""`sluice job`: a list classified as one, in its order."""

import sys
from itertools import islice
from time import sleep
from typing import Annotated, Any

import typer

from jobs import names
from jobs.request import MAX_URLS
from sluice.commands.answers import Answers
from sluice.commands.console import Env, Environment, Json, SluiceError, bar, note, show
from sluice.commands.job_naming import naming
from sluice.commands.send import Model, Top
from sluice.commands.source import Addresses, File, Source
from sluice.jobs import client, results
from sluice.jobs.progress import progress
from sluice.sqs import tasks

Id = Annotated[str, typer.Argument(metavar="ID", help="The job's id, as `submit` told it.")]

_ROWS = 100  # printed at once
_FIRST_LOOK, _SELDOMEST = 0.5, 5.0  # seconds between two looks at a job

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
    job = (
        names.new_job_name() if name is None else name
    )  # a list with a name may be posted again when an answer was lost
    asked = {"model": model, "top": top, "name": job}
    body = _what(Source.of(addresses, file)) | {field: value for field, value in asked.items() if value is not None}
    deployed = Environment.open(env)
    api = deployed.output("jobs")["api"]
    onwards = f"`sluice job follow {job} --env {env}`"
    with naming(job, f"The job {job} may have been started: {onwards} tells. With --name {job} none is started twice."):
        job = client.post(api, body, note)
    if not wait:
        show({"id": job, "status": "running"}, as_json, f"The job {job} runs: {onwards}.")
        return
    note(f"The job {job} runs; if this command ends before it, go on with {onwards}.")
    _print(deployed, _end(deployed, job), as_json)


@app.command()
def follow(job: Id, env: Env = "local", as_json: Json = False) -> None:
    """Wait until a job has ended, and say how."""
    ended = _end(Environment.open(env), job)
    told = {name: value for name, value in ended.items() if name != "results"}
    counts = ", ".join(f"{told[name]:,} {name}" for name in ("predicted", "rejected", "failed"))
    show(told, as_json, f"The job {job} is done: {counts}. `sluice job fetch {job} --env {env}` has the answers.")


@app.command()
def fetch(job: Id, env: Env = "local", as_json: Json = False) -> None:
    """Print a job's answers in the order of its list: a table on a terminal, JSON lines with --json or when piped."""
    deployed = Environment.open(env)
    ended = client.answer(deployed.output("jobs")["api"], job, note)
    if ended is None:
        raise SluiceError(f"The job {job} still runs: `sluice job follow {job} --env {env}` waits for its end.")
    _print(deployed, ended, as_json)


def _what(source: Source) -> dict[str, Any]:
    """The list, as the API takes it."""
    urls = []
    for task in tasks.read(source.lines()):
        if task.body.startswith("{"):
            raise SluiceError(
                f"Line {task.line} is JSON, but a job's list has addresses only; --model and --top are for all."
            )
        urls.append(task.body)
        if len(urls) > MAX_URLS:
            raise SluiceError(
                f"The list has more than {MAX_URLS:,} addresses: put it into an image bucket as .csv or .jsonl, and "
                "submit its s3:// address."
            )
    return {"source": urls[0]} if len(urls) == 1 and urls[0].endswith((".jsonl", ".csv")) else {"urls": urls}


def _end(deployed: Environment, job: str) -> dict[str, Any]:
    """The job's last word, with a bar meanwhile."""
    addresses = deployed.output("jobs")
    onwards = (
        f"The job {job} does not end with this command: go on with `sluice job follow {job} --env {deployed.name}`."
    )
    with naming(job, onwards), bar("Done", None) as advance:
        seen, pause = 0, _FIRST_LOOK
        while (ended := client.answer(addresses["api"], job, _aside)) is None:
            far = progress(deployed.client("s3"), deployed.client("stepfunctions"), addresses, job)
            advance(max(0, far.done - seen), far.total)
            seen = max(seen, far.done)
            sleep(pause)
            pause = min(1.5 * pause, _SELDOMEST)
        advance(ended["items"] - seen, ended["items"])
    return ended


def _aside(sentence: str) -> None:
    """Say something above the bar, which looks after sys.stderr while it is shown."""
    print(sentence, file=sys.stderr)


def _print(deployed: Environment, ended: dict[str, Any], as_json: bool) -> None:
    job = ended["id"]
    with naming(job, f"The job {job} is done: have its answers with `sluice job fetch {job} --env {deployed.name}`."):
        answers, bodies = Answers(as_json), results.bodies(deployed.client("s3"), ended["results"])
        while some := list(islice(bodies, _ROWS)):
            answers.show(some)
