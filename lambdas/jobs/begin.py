"""From a request to its one job."""

from collections.abc import Mapping
from dataclasses import dataclass

from jobs import executions, names, source
from jobs.kept import keep
from jobs.request import Request
from jobs.store import Store


@dataclass(frozen=True, slots=True)
class Starter:
    """Starts jobs: `workflow` and `bulk` are ARNs of state machines, `buckets` those where lists may lie."""

    store: Store
    workflow: str
    bulk: str
    buckets: Mapping[str, str]

    def start(self, name: str | None, request: Request) -> str:
        """The id of the request's job, which is started unless it was. Raises Refusal, before anything is stored.

        Whoever dies between storing and starting leaves a job that the next post under its name starts.
        """
        place = source.read(request.source, self.buckets) if request.source is not None else None
        job = name or names.new()
        keep(self.store, job, request)
        if place is None:
            executions.start(self.workflow, job, {"job": job})
        else:
            executions.start(self.bulk, job, {"job": job, "bucket": place.bucket, "key": place.key})
        return job
