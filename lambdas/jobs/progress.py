"""How far a job is, as its caller is told."""

import json
from dataclasses import dataclass
from typing import Any

from jobs import executions, names
from jobs.page import page
from jobs.refusal import Refusal
from jobs.request import Request
from jobs.store import PIECES, REQUEST, RESULTS, Missing, Store

# Step Functions may not know yet of an execution that it has just started.
_UNSEEN_SECONDS = 60
_MAX_REASON = 300


@dataclass(frozen=True, slots=True)
class Follower:
    """Follows jobs; `workflow` and `bulk` are the beginnings of their executions' ARNs."""

    store: Store
    workflow: str
    bulk: str

    def follow(self, job: str, first: int = 0) -> dict[str, Any]:
        """What docs/jobs.md calls a job, its results from `first` on. Raises Refusal (400, 404)."""
        try:
            request = Request.from_json(self.store.get(names.check(job), REQUEST))
        except Refusal:
            raise Refusal(404, "No job can have this id; check it: it is 1 to 64 letters, digits, - or _.") from None
        except Missing:
            raise Refusal(404, f"There is no job {job}, or no longer; check its id, or post its list again.") from None
        execution = executions.describe(self.workflow if request.source is None else self.bulk, job)
        if execution is None:
            return self._unseen(job)
        if execution["status"] == "SUCCEEDED":
            return self._succeeded(job, request, json.loads(execution["output"]), first)
        if execution["status"] in ("FAILED", "TIMED_OUT", "ABORTED"):
            return {"id": job, "status": "failed", "reason": _reason(execution)}
        return {"id": job, "status": "running"}

    def _unseen(self, job: str) -> dict[str, Any]:
        if self.store.age(job, REQUEST) < _UNSEEN_SECONDS:
            return {"id": job, "status": "running"}
        reason = "The job was accepted but never started; post the same request under the same name to start it."
        return {"id": job, "status": "failed", "reason": reason}

    def _succeeded(self, job: str, request: Request, summary: dict[str, Any], first: int) -> dict[str, Any]:
        told = {name: summary[name] for name in ("items", "predicted", "rejected", "failed")}
        job_ = {"id": job, "status": "succeeded", **told}
        if request.source is not None:
            return {**job_, "results": self.store.address(job, f"{PIECES}/")}
        try:
            results, following = page(self.store.get(job, RESULTS), first)
        except Missing:
            raise Refusal(404, "The job's results have expired; post the list again under another name.") from None
        return {**job_, "results": results} | ({"next": f"/jobs/{job}?from={following}"} if following else {})


def _reason(execution: dict[str, Any]) -> str:
    """One sentence of an execution's error; its cause, in full, is a traceback."""
    if execution["status"] == "TIMED_OUT":
        return "The job took longer than a job may; post a shorter list."
    if execution["status"] == "ABORTED":
        return "The job was stopped by an operator; post the list again under another name."
    error, cause = execution.get("error") or "an unknown error", execution.get("cause") or ""
    try:
        cause = json.loads(cause)["errorMessage"]
    except (ValueError, TypeError, KeyError):
        cause = cause.partition("\n")[0]
    return f"The job failed with {error}: {cause[:_MAX_REASON] or 'no cause is known'}"
