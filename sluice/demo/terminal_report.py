"""The results of the demonstration as tables on the terminal."""

from collections.abc import Mapping

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sluice.demo.accounting import Accounting
from sluice.demo.job import Job

_ROWS = 12


def print_pipeline(accounting: Accounting, summary: dict[str, int | float], console: Console) -> None:
    """Print some predictions, all wrong ones, all rejections, and the summary."""
    wrong = [item for item in accounting.digits if not accounting.is_correct(item)]
    correct = [item for item in accounting.digits if item not in wrong][:_ROWS]
    table = _table("Image", "Label", "Score")
    for item in correct + wrong:
        label, score = next(((best["label"], best["score"]) for best in accounting.labels(item)), ("no result", 0.0))
        table.add_row(item.description, f"[{'green' if item in correct else 'red'}]{escape(label)}[/]", f"{score:.3f}")
    table.add_row(f"and {len(accounting.digits) - len(correct) - len(wrong)} more, all correct", "", "")
    console.print(table, "")

    table = _table("Bad input", "Rejected as", "Reason")
    for item in accounting.bad:
        rejection = accounting.rejection(item)
        table.add_row(item.description, f"[yellow]{escape(rejection['code'])}[/]", escape(rejection["message"]))
    console.print(table, "")

    _print_summary(summary, console)


def print_job(job: Job, console: Console) -> None:
    """Print the results of the first items of the list, and the summary."""
    table = _table("Item", "Input", "Result", "")
    for index, (item, result) in enumerate(list(zip(job.inputs, job.results, strict=True))[:_ROWS]):
        rejection = result.get("rejection") or result.get("error")
        best = rejection or result["labels"][0]
        text = f"[yellow]{escape(best['code'])}[/]" if rejection else f"[green]{escape(best['label'])}[/]"
        detail = escape(best["message"]) if rejection else f"{best['score']:.3f}"
        table.add_row(f"{index}", item.description, text, detail)
    table.add_row(f"and {len(job.results) - _ROWS} more", "", "", "")
    console.print(table, "")
    _print_summary(job.summarize(), console)


def _print_summary(summary: Mapping[str, object], console: Console) -> None:
    table = _table(*(name.replace("_", " ") for name in summary))
    table.add_row(*(f"{value:.4f}" if "accuracy" in name else f"{value}" for name, value in summary.items()))
    console.print(table, "")


def _table(*columns: str) -> Table:
    return Table(*columns, box=None, pad_edge=False)
