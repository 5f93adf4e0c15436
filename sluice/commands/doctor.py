"""`sluice doctor`: check this machine and an environment."""

import typer
from rich.text import Text

from sluice.commands.console import Env, Json, escape_cells, new_table, show
from sluice.doctor.checks import Finding, run_checks
from sluice.doctor.context import CheckResult, Context, Status

_STYLES = {Status.OK: "green", Status.WARN: "yellow", Status.FAIL: "red"}


def doctor(env: Env = "local", as_json: Json = False) -> None:
    """Check everything that an environment needs. The exit code is 1 if a check fails."""
    findings = list(run_checks(Context(env)))
    failures = sum(finding.result.status is Status.FAIL for finding in findings)
    results = new_table("", "check", "result and fix")
    for finding in findings:
        status = finding.result.status
        results.add_row(Text(status, style=_STYLES[status]), *escape_cells(finding.check, _describe(finding.result)))
    summary = f"\n{failures} of {len(findings)} checks fail." if failures else "\nNo check fails."
    report = {"ok": not failures, "checks": [_as_dict(finding) for finding in findings]}
    show(report, as_json, results, summary)
    if failures:
        raise typer.Exit(1)


def _as_dict(finding: Finding) -> dict[str, str]:
    result = finding.result
    return {"check": finding.check, "status": result.status, "message": result.message, "fix": result.fix}


def _describe(result: CheckResult) -> str:
    return f"{result.message} {result.fix[0].upper()}{result.fix[1:]}" if result.fix else result.message
