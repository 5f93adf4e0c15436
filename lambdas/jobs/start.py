"""From a request to its one job."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from jobs import executions, names, source
from jobs.refusal import Refusal
from jobs.request import Request
from jobs.saved_request import keep
from jobs.store import REQUEST, Store

# A request is written seconds before its execution starts, or after one that was started by hand; it is kept for days.
_TOGETHER_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Machine:
    """A state machine's ARN, and how those of its executions begin."""

    arn: str
    runs: str


@dataclass(frozen=True, slots=True)
class Starter:
    """Starts jobs with a state machine for posted lists and one for lists in S3; `buckets` are where these may lie."""

    store: Store
    workflow: Machine
    bulk: Machine
    buckets: Mapping[str, str]

    def start(self, name: str | None, request: Request) -> str:
        """The id of the request's job, which is started unless it was. Raises Refusal.

        Whoever dies between storing and starting leaves a job that the next post under its name starts.
        """
        place = source.read(request.source, self.buckets) if request.source is not None else None
        job = name or names.new()
        keep(self.store, job, request)
        machine = self.workflow if place is None else self.bulk
        given = {"job": job} if place is None else {"job": job, "bucket": place.bucket, "key": place.key}
        if not executions.start(machine.arn, job, given) and self._is_older(machine, job):
            raise Refusal(
                409, f"The name {job} was used by an earlier job; AWS keeps a name for 90 days: choose another name."
            )
        return job

    def _is_older(self, machine: Machine, job: str) -> bool:
        """Whether the execution of this name belongs to a request before the present one, and which has expired."""
        execution = executions.describe(machine.runs, job)
        if execution is None:
            return False
        seconds = (datetime.now(UTC) - execution["startDate"]).total_seconds()
        return bool(seconds - self.store.age(job, REQUEST) > _TOGETHER_SECONDS)
