"""`sluice doctor`: what is wrong here or there, and what to do about it."""

import typer
from rich.text import Text

from sluice.commands.console import Env, Json, row, show, table
from sluice.doctor.examine import Finding, examine
from sluice.doctor.outcome import Status
from sluice.doctor.patient import Patient

_STYLES = {Status.OK: "green", Status.WARN: "yellow", Status.FAIL: "red"}


def doctor(env: Env = "local", as_json: Json = False) -> None:
    """Look at everything that an environment stands on; the exit code is 1 when something fails."""
    found = list(examine(Patient(env)))
    failed = sum(finding.outcome.status is Status.FAIL for finding in found)
    listed = table("", "check", "what was found, and what to do")
    for finding in found:
        listed.add_row(
            Text(finding.outcome.status, style=_STYLES[finding.outcome.status]), *row(finding.check, _told(finding))
        )
    told = {
        "ok": not failed,
        "checks": [
            {
                "check": finding.check,
                "status": finding.outcome.status,
                "said": finding.outcome.said,
                "cure": finding.outcome.cure,
            }
            for finding in found
        ],
    }
    show(told, as_json, listed, f"\n{failed} of {len(found)} fail." if failed else "\nNothing fails.")
    if failed:
        raise typer.Exit(1)


def _told(finding: Finding) -> str:
    cure = finding.outcome.cure
    return f"{finding.outcome.said} -> {cure}" if cure else finding.outcome.said
