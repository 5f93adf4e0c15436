"""The demonstration's results for a terminal."""

from collections.abc import Mapping

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sluice.demo.job import Job
from sluice.demo.ledger import Ledger

_SHOWN = 12


def show(ledger: Ledger, summary: dict[str, int | float], console: Console) -> None:
    """Print some predictions, every mistake and rejection, and the account."""
    mistakes = [sent for sent in ledger.digits if not ledger.right(sent)]
    shown = [sent for sent in ledger.digits if sent not in mistakes][:_SHOWN]
    table = _table("Image", "Read as", "Score")
    for sent in shown + mistakes:
        label, score = next(((best["label"], best["score"]) for best in ledger.labels(sent)), ("no answer", 0.0))
        table.add_row(sent.shows, f"[{'green' if sent in shown else 'red'}]{escape(label)}[/]", f"{score:.3f}")
    table.add_row(f"and {len(ledger.digits) - len(shown) - len(mistakes)} more, all read right", "", "")
    console.print(table, "")

    table = _table("Bad input", "Refused as", "Why")
    for sent in ledger.bad:
        refusal = ledger.refusal(sent)
        table.add_row(sent.shows, f"[yellow]{escape(refusal['code'])}[/]", escape(refusal["message"]))
    console.print(table, "")

    _show_account(summary, console)


def show_job(ended: Job, console: Console) -> None:
    """Print what was answered to some entries of the list, good and bad as they come, and the account."""
    table = _table("Entry", "What was asked", "Answer", "")
    for place, (asked, result) in enumerate(list(zip(ended.asked, ended.results, strict=True))[:_SHOWN]):
        refusal = result.get("rejection") or result.get("error")
        best = refusal or result["labels"][0]
        answer = f"[yellow]{escape(best['code'])}[/]" if refusal else f"[green]{escape(best['label'])}[/]"
        table.add_row(f"{place}", asked.shows, answer, escape(best["message"]) if refusal else f"{best['score']:.3f}")
    table.add_row(f"and {len(ended.results) - _SHOWN} more", "", "", "")
    console.print(table, "")
    _show_account(ended.summary(), console)


def _show_account(summary: Mapping[str, object], console: Console) -> None:
    table = _table(*(name.replace("_", " ") for name in summary))
    table.add_row(*(f"{value:.4f}" if "accuracy" in name else f"{value}" for name, value in summary.items()))
    console.print(table, "")


def _table(*columns: str) -> Table:
    return Table(*columns, box=None, pad_edge=False)
