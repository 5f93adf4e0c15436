"""`sluice dead`: list, show, replay and drop dead letters."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from sluice.commands import dead_report as report
from sluice.commands.console import Env, Json, confirm, note, parse_duration_option, progress_bar, show
from sluice.dead_letters.actions import Action, Drop, Replay, build_record, open_drop_file
from sluice.dead_letters.counter import DROPPED, REPLAYED, Counter
from sluice.dead_letters.failures import Filters, read_log
from sluice.dead_letters.letter import DeadLetter
from sluice.dead_letters.process import Result, process
from sluice.dead_letters.scan import ListedLetter, Listing, list_dead_letters
from sluice.environment import Environment
from sluice.errors import SluiceError
from sluice.interrupts import Deferred

Code = Annotated[str | None, typer.Option(help="Code of the last failure, for example source_unavailable.")]
Older = Annotated[
    float | None,
    typer.Option(
        parser=parse_duration_option, metavar="AGE", help="First sent at least this long ago, for example 2h."
    ),
]
Newer = Annotated[
    float | None,
    typer.Option(parser=parse_duration_option, metavar="AGE", help="First sent at most this long ago, for example 1d."),
]
Model = Annotated[str | None, typer.Option(help="Model: a name, or name@hash.")]
Ids = Annotated[list[str] | None, typer.Option("--id", help="ID of a task or a message; can be repeated.")]
Limit = Annotated[int | None, typer.Option(min=1, help="Largest number of dead letters, oldest first.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what would be done.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")]

app = typer.Typer(no_args_is_help=True, help="List dead letters, replay them, or drop them.")


@app.command("list")
def list_(
    code: Code = None,
    older: Older = None,
    newer: Newer = None,
    model: Model = None,
    id_: Ids = None,
    limit: Limit = None,
    env: Env = "local",
    as_json: Json = False,
) -> None:
    """List dead letters, oldest first, and leave them in the queue."""
    listing = _list(Environment.open(env), Filters(code, older, newer, model, tuple(id_ or ())), limit)
    records = [build_record(listed.letter, listed.failure) for listed in listing.letters]
    result = {"dead_letters": records, "warnings": list(listing.warnings)}
    show(result, as_json, report.render_letters(listing.letters), report.summarize_listing(listing))


@app.command("show")
def show_(
    id_: Annotated[str, typer.Argument(metavar="ID", help="ID of the task or the message.")],
    env: Env = "local",
    as_json: Json = False,
) -> None:
    """Show a dead letter with its body and the worker's log, and leave it in the queue."""
    environment = Environment.open(env)
    listing = _list(environment, Filters(ids=(id_,)))
    if not listing.letters:
        raise SluiceError(f"No dead letter has the ID {id_}: `sluice dead list --env {env}` lists all of them.")
    logs, worker = environment.client("logs"), environment.output("functions")["worker"]
    letters = [(listed, read_log(logs, worker, listed.letter)) for listed in listing.letters]
    show(
        {"dead_letters": [build_record(listed.letter, listed.failure) | {"log": log} for listed, log in letters]},
        as_json,
        *(part for listed, log in letters for part in report.render_letter(listed, log)),
    )


@app.command()
def replay(
    code: Code = None,
    older: Older = None,
    newer: Newer = None,
    model: Model = None,
    id_: Ids = None,
    limit: Limit = None,
    rate: Annotated[float | None, typer.Option(min=0.1, help="Largest number per second.")] = None,
    again: Annotated[bool, typer.Option("--again", help="Include those that were replayed before.")] = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    env: Env = "local",
    as_json: Json = False,
) -> None:
    """Send dead letters to the images queue again, with their IDs, and delete each after it was accepted."""
    environment = Environment.open(env)
    listing = _list(environment, Filters(code, older, newer, model, tuple(id_ or ())))
    chosen, skipped = listing.choose_for_replay(again=again, limit=limit)
    if skipped:
        note(f"{len(skipped):,} were replayed before and failed again, so they are skipped; --again includes them.")
    skipped_ids = {"skipped": [listed.letter.task_id for listed in skipped]}
    if dry_run or not chosen:
        result = {"would_replay": [listed.letter.task_id for listed in chosen], **skipped_ids}
        show(result, as_json, report.render_letters(chosen), f"{len(chosen):,} would be replayed; nothing was changed.")
        return
    confirm(f"Replay {report.count_letters(len(chosen))} of {env} to the images queue?", yes)
    action = Replay(environment.client("sqs"), environment.output("images"))
    counter = _counter(environment, REPLAYED)
    processed = _process(environment, chosen, action, counter, rate)
    fields = {"replayed": processed.done, **report.build_result_fields(processed), **skipped_ids}
    show(fields, as_json, Text(report.summarize_result(processed, "replayed")))
    _exit(processed, counter)


@app.command()
def drop(
    code: Code = None,
    older: Older = None,
    newer: Newer = None,
    model: Model = None,
    id_: Ids = None,
    limit: Limit = None,
    all_: Annotated[bool, typer.Option("--all", help="All dead letters, if no filter is set.")] = False,
    to: Annotated[
        Path | None, typer.Option(help="File to append them to, one JSON object per line. Default: standard output.")
    ] = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    env: Env = "local",
    as_json: Json = False,
) -> None:
    """Delete dead letters permanently, after writing each to a file."""
    filters = Filters(code, older, newer, model, tuple(id_ or ()))
    if filters == Filters() and not all_:
        raise typer.BadParameter("Select dead letters with --code, --older, --newer, --model or --id, or use --all.")
    environment = Environment.open(env)
    chosen = _list(environment, filters, limit).letters
    if dry_run or not chosen:
        result = {"would_drop": [listed.letter.task_id for listed in chosen]}
        show(result, as_json, report.render_letters(chosen), f"{len(chosen):,} would be dropped; nothing was changed.")
        return
    confirm(f"Drop {report.count_letters(len(chosen))} of {env} permanently?", yes)
    counter = _counter(environment, DROPPED)
    with open_drop_file(to) as file:
        action = Drop(file, {listed.letter.id: listed.failure for listed in chosen})
        processed = _process(environment, chosen, action, counter)
    if to is None:
        note(report.summarize_result(processed, "dropped"))
    else:
        fields = {"dropped": processed.deleted, "file": str(to), **report.build_result_fields(processed)}
        show(fields, as_json, Text(report.summarize_result(processed, f"dropped and written to {to}")))
    _exit(processed, counter)


def _list(environment: Environment, filters: Filters, limit: int | None = None) -> Listing:
    sqs, logs, worker = environment.client("sqs"), environment.client("logs"), environment.output("functions")["worker"]
    listing = list_dead_letters(sqs, logs, environment.output("dead_letters"), worker, filters, limit)
    for warning in listing.warnings:
        note(warning)
    return listing


def _counter(environment: Environment, metric: str) -> Counter:
    return Counter(environment.client("cloudwatch"), environment.output("functions")["worker"], metric)


def _process(
    environment: Environment,
    chosen: Sequence[ListedLetter],
    action: Action,
    counter: Counter,
    rate: float | None = None,
) -> Result:
    ids = {listed.letter.id for listed in chosen}
    sqs, url = environment.client("sqs"), environment.output("dead_letters")
    result = Result(missing=len(ids), interrupted=True)
    # OSError: the bar cannot be finished on a terminal that was closed, but the result may be printed elsewhere.
    with Deferred() as interrupts, suppress(OSError), progress_bar("Dead letters", len(ids)) as advance:

        def act(letters: Sequence[DeadLetter]) -> Mapping[str, str]:
            refused = action(letters)
            advance(len(letters))
            return refused

        result = process(sqs, url, ids, act, interrupts, rate, counter.update)
        counter.update(result, final=True)
    return result


def _exit(result: Result, counter: Counter) -> None:
    problems = report.describe_problems(result, counter)
    if result.interrupted:
        for problem in problems:
            note(problem)
        raise typer.Exit(130)
    if problems:
        raise SluiceError(" ".join(problems))
