"""Starts jobs: one name, one request, one execution."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from inference.fetch import s3
from jobs.errors import RequestError
from jobs.executions import describe_execution, start_execution
from jobs.names import new_job_name
from jobs.request import JobRequest, parse_source
from jobs.saved_request import save_request
from jobs.store import REQUEST, JobStore

# A job's request is saved within this time of the start of its execution. If the execution is older, it belongs to an
# earlier job whose request has expired: AWS keeps the name of an execution for 90 days.
_SAME_JOB_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class StateMachine:
    """A state machine: its ARN and the prefix of the ARNs of its executions."""

    arn: str
    executions: str


@dataclass(frozen=True, slots=True)
class JobStarter:
    """Starts jobs.

    Attributes:
        store: The jobs bucket.
        workflow: The state machine for posted lists.
        bulk: The state machine for lists in S3.
        buckets: The buckets that lists in S3 may be read from.
    """

    store: JobStore
    workflow: StateMachine
    bulk: StateMachine
    buckets: Mapping[str, str]

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "JobStarter":
        """Create a starter from JOBS, WORKFLOW, WORKFLOW_RUNS, BULK, BULK_RUNS and SOURCE_BUCKETS."""
        return cls(
            JobStore(environment["JOBS"]),
            workflow=StateMachine(environment["WORKFLOW"], environment["WORKFLOW_RUNS"]),
            bulk=StateMachine(environment["BULK"], environment["BULK_RUNS"]),
            buckets=s3.parse_buckets("SOURCE_BUCKETS", environment["SOURCE_BUCKETS"]),
        )

    def start(self, name: str | None, request: JobRequest) -> str:
        """Start the job of a request, unless it has been started already.

        If the process dies between saving the request and starting the execution, the next request under the same
        name starts it.

        Args:
            name: Name of the job; None for a new one.
            request: Its request.

        Returns:
            The job's name.

        Raises:
            RequestError: The source is invalid (400), or the name belongs to another job (409).
            StoreUnavailableError: The jobs bucket is unavailable.
            StatesUnavailableError: Step Functions is unavailable.
        """
        source = parse_source(request.source, self.buckets) if request.source is not None else None
        job = name or new_job_name()
        save_request(self.store, job, request)
        machine = self.workflow if source is None else self.bulk
        payload = {"job": job} if source is None else {"job": job, "bucket": source.bucket, "key": source.key}
        if not start_execution(machine.arn, job, payload) and self._belongs_to_earlier_job(machine, job):
            raise RequestError(
                409, f"The name {job} was used by an earlier job; AWS keeps a name for 90 days. Choose another name."
            )
        return job

    def _belongs_to_earlier_job(self, machine: StateMachine, job: str) -> bool:
        """Return whether the execution of this name belongs to an earlier job, whose request has expired."""
        execution = describe_execution(machine.executions, job)
        if execution is None:
            return False
        seconds = (datetime.now(UTC) - execution["startDate"]).total_seconds()
        return bool(seconds - self.store.age_seconds(job, REQUEST) > _SAME_JOB_SECONDS)
