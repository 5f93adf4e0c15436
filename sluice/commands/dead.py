"""`sluice dead`: what could not be done, looked at, sent again or given up."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from sluice.commands import dead_options as options
from sluice.commands import dead_report as report
from sluice.commands.console import Env, Environment, Json, SluiceError, bar, note, show
from sluice.dead_letters.count import DROPPED, REPLAYED, Count
from sluice.dead_letters.drop import Drop, opened, record
from sluice.dead_letters.letter import Letter
from sluice.dead_letters.listing import Listed, Listing, listing
from sluice.dead_letters.logs import history
from sluice.dead_letters.replay import Replay
from sluice.dead_letters.settle import Act, Settled, settle
from sluice.dead_letters.wanted import Wanted
from sluice.interrupts import patience

app = typer.Typer(no_args_is_help=True, help="Look at dead letters, send them again, or give them up.")


@app.command("list")
def list_(
    code: options.Code = None,
    older: options.Older = None,
    newer: options.Newer = None,
    model: options.Model = None,
    id_: options.Ids = None,
    limit: options.Limit = None,
    env: Env = "local",
    as_json: Json = False,
) -> None:
    """List dead letters, the oldest first; all of them stay."""
    found = _listing(Environment.open(env), Wanted(code, older, newer, model, tuple(id_ or ())), limit)
    show(
        {"dead_letters": [record(each.letter, each.fate) for each in found.letters], "doubts": list(found.doubts)},
        as_json,
        report.letters(found.letters),
        report.counted(found),
    )


@app.command("show")
def show_(
    id_: Annotated[str, typer.Argument(metavar="ID", help="A task's id, or its message's.")],
    env: Env = "local",
    as_json: Json = False,
) -> None:
    """Show a dead letter whole, with what the worker logged of it; it stays."""
    deployed = Environment.open(env)
    found = _listing(deployed, Wanted(ids=(id_,)))
    if not found.letters:
        raise SluiceError(
            f"No dead letter has the id {id_}: `sluice dead list --env {env}` shows those that there are."
        )
    logs, worker = deployed.client("logs"), deployed.output("functions")["worker"]
    whole = [(each, history(logs, worker, each.letter)) for each in found.letters]
    show(
        {"dead_letters": [record(each.letter, each.fate) | {"log": lines} for each, lines in whole]},
        as_json,
        *(part for each, lines in whole for part in report.whole(each, lines)),
    )


@app.command()
def replay(
    code: options.Code = None,
    older: options.Older = None,
    newer: options.Newer = None,
    model: options.Model = None,
    id_: options.Ids = None,
    limit: options.Limit = None,
    rate: Annotated[float | None, typer.Option(min=0.1, help="At most so many a second.")] = None,
    again: Annotated[bool, typer.Option("--again", help="Also those that were replayed before.")] = False,
    dry_run: options.DryRun = False,
    yes: options.Yes = False,
    env: Env = "local",
    as_json: Json = False,
) -> None:
    """Send dead letters to the images queue again, with their ids; each leaves this queue once it is accepted."""
    deployed = Environment.open(env)
    found = _listing(deployed, Wanted(code, older, newer, model, tuple(id_ or ())))
    guarded = [each for each in found.letters if each.letter.replays and not again]
    chosen = [each for each in found.letters if again or not each.letter.replays][:limit]
    if guarded:
        note(f"{len(guarded):,} were replayed before and died again, so they are left alone; --again takes them too.")
    skipped = {"guarded": [each.letter.id for each in guarded]}
    if dry_run or not chosen:
        told = {"would_replay": [each.letter.id for each in chosen], **skipped}
        show(told, as_json, report.letters(chosen), f"{len(chosen):,} would be sent again; nothing was done.")
        return
    options.agree(f"Send {report.number(len(chosen))} of {env} to the images queue again?", yes)
    act = Replay(deployed.client("sqs"), deployed.output("images"))
    settled, count = _settle(deployed, chosen, act, REPLAYED, rate)
    show(
        {"replayed": settled.done, **report.rest(settled), **skipped},
        as_json,
        Text(report.settled(settled, "sent again")),
    )
    _finish(settled, count)


@app.command()
def drop(
    code: options.Code = None,
    older: options.Older = None,
    newer: options.Newer = None,
    model: options.Model = None,
    id_: options.Ids = None,
    limit: options.Limit = None,
    all_: Annotated[bool, typer.Option("--all", help="Without any filter: all of them.")] = False,
    to: Annotated[
        Path | None, typer.Option(help="The file that they are added to, a JSON object a line; else standard output.")
    ] = None,
    dry_run: options.DryRun = False,
    yes: options.Yes = False,
    env: Env = "local",
    as_json: Json = False,
) -> None:
    """Give dead letters up for good, each written down before it is deleted."""
    wanted = Wanted(code, older, newer, model, tuple(id_ or ()))
    if wanted == Wanted() and not all_:
        raise typer.BadParameter("say which ones: --code, --older, --newer, --model or --id; or --all.")
    deployed = Environment.open(env)
    chosen = _listing(deployed, wanted, limit).letters
    if dry_run or not chosen:
        told = {"would_drop": [each.letter.id for each in chosen]}
        show(told, as_json, report.letters(chosen), f"{len(chosen):,} would be dropped; nothing was done.")
        return
    options.agree(f"Drop {report.number(len(chosen))} of {env} for good?", yes)
    with opened(to) as file:
        act = Drop(file, {each.letter.message_id: each.fate for each in chosen})
        settled, count = _settle(deployed, chosen, act, DROPPED)
    if to is None:
        note(report.settled(settled, "dropped"))
    else:
        gone = {"dropped": settled.gone, "file": str(to), **report.rest(settled)}
        show(gone, as_json, Text(report.settled(settled, f"dropped; {to} has them")))
    _finish(settled, count)


def _listing(deployed: Environment, wanted: Wanted, limit: int | None = None) -> Listing:
    worker = deployed.output("functions")["worker"]
    found = listing(
        deployed.client("sqs"), deployed.client("logs"), deployed.output("dead_letters"), worker, wanted, limit
    )
    for doubt in found.doubts:
        note(doubt)
    return found


def _settle(
    deployed: Environment, chosen: Sequence[Listed], act: Act, metric: str, rate: float | None = None
) -> tuple[Settled, Count]:
    """Act on those that were chosen, and count what was done meanwhile."""
    names = {each.letter.message_id for each in chosen}
    count = Count(deployed.client("cloudwatch"), deployed.output("functions")["worker"], metric)
    settled = Settled(missing=len(names), stopped=True)

    def told(settled: Settled, *, last: bool = False) -> None:
        stay = 0 if metric == REPLAYED else len(settled.left)
        count.reached(len(settled.done) - stay, last=last)

    # A terminal that is lost cannot show the bar's end; the report may go elsewhere.
    with patience() as asked, suppress(OSError), bar("Dead letters", len(names)) as shown:

        def act_and_show(letters: Sequence[Letter]) -> Mapping[str, str]:
            refused = act(letters)
            shown(len(letters))
            return refused

        sqs, url = deployed.client("sqs"), deployed.output("dead_letters")
        settled = settle(sqs, url, names, act_and_show, asked, rate, told)
        told(settled, last=True)
    return settled, count


def _finish(settled: Settled, count: Count) -> None:
    """What is left to be said after the report."""
    problems = [problem for problem in (report.problem(settled), report.uncounted(count)) if problem]
    if settled.stopped:
        if count.missed:
            note(problems[-1])
        raise typer.Exit(130)
    if problems:
        raise SluiceError(" ".join(problems))
