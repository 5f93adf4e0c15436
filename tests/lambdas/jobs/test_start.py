"""Starting jobs: one name, one request, one execution."""

from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest
from botocore.stub import Stubber

from inference.fetch import s3
from jobs import executions, start
from jobs.errors import ObjectNotFoundError, RequestError, StatesUnavailableError
from jobs.request import JobRequest
from jobs.saved_request import load_request
from jobs.start import JobStarter, StateMachine
from jobs.store import REQUEST, JobStore
from tests.support.lambdas.state_machines import StateMachines

BUCKETS = {"lists": "000000000000"}
REQUEST_OF_ONE = JobRequest(5, ("https://example.com/cat.jpg",))


@pytest.fixture
def starter(store: JobStore, machines: StateMachines) -> JobStarter:
    return JobStarter(
        store, state_machine(machines, machines.waiting), state_machine(machines, machines.passing), BUCKETS
    )


def state_machine(machines: StateMachines, arn: str) -> StateMachine:
    return StateMachine(arn, machines.executions_prefix(arn))


def test_start_saves_request_and_starts_execution(
    starter: JobStarter, store: JobStore, machines: StateMachines, job: str
) -> None:
    assert starter.start(job, REQUEST_OF_ONE) == job
    assert JobRequest.from_json(store.get(job, REQUEST)) == REQUEST_OF_ONE
    assert machines.execution_inputs(machines.waiting, job) == [{"job": job}]


def test_requests_without_name_are_separate_jobs(starter: JobStarter, machines: StateMachines) -> None:
    jobs = {starter.start(None, REQUEST_OF_ONE) for _ in range(3)}
    assert len(jobs) == 3
    assert all(machines.execution_inputs(machines.waiting, job) == [{"job": job}] for job in jobs)


def test_list_in_s3_starts_bulk_state_machine(starter: JobStarter, machines: StateMachines, job: str) -> None:
    starter.start(job, JobRequest(5, (), "s3://lists/a b.csv"))
    assert machines.execution_inputs(machines.passing, job) == [{"job": job, "bucket": "lists", "key": "a b.csv"}]
    assert machines.execution_inputs(machines.waiting, job) == []


def test_concurrent_equal_requests_are_one_job(starter: JobStarter, machines: StateMachines, job: str) -> None:
    with ThreadPoolExecutor(10) as pool:
        assert set(pool.map(lambda _: starter.start(job, REQUEST_OF_ONE), range(10))) == {job}
    assert machines.execution_inputs(machines.waiting, job) == [{"job": job}]


def test_concurrent_different_requests_start_only_the_first(
    starter: JobStarter, store: JobStore, machines: StateMachines, job: str
) -> None:
    def post(number: int) -> int | None:
        try:
            starter.start(job, JobRequest(5, (f"https://example.com/{number}",)))
        except RequestError as error:
            assert error.status == 409
            return None
        return number

    with ThreadPoolExecutor(10) as pool:
        accepted = [number for number in pool.map(post, range(10)) if number is not None]
    assert len(accepted) == 1
    assert JobRequest.from_json(store.get(job, REQUEST)).urls == (f"https://example.com/{accepted[0]}",)
    assert machines.execution_inputs(machines.waiting, job) == [{"job": job}]


def test_request_saved_but_not_started_is_started_by_the_next(
    starter: JobStarter, machines: StateMachines, job: str
) -> None:
    with Stubber(executions.client()) as stub:
        stub.add_client_error("start_execution", "ThrottlingException", http_status_code=400)
        with pytest.raises(StatesUnavailableError):
            starter.start(job, REQUEST_OF_ONE)
    assert machines.execution_inputs(machines.waiting, job) == []
    starter.start(job, REQUEST_OF_ONE)
    assert machines.execution_inputs(machines.waiting, job) == [{"job": job}]


def test_finished_job_is_not_started_again(store: JobStore, machines: StateMachines, job: str) -> None:
    passing = state_machine(machines, machines.passing)
    starter = JobStarter(store, passing, passing, {})
    for _ in range(2):
        assert starter.start(job, REQUEST_OF_ONE) == job
    assert len(machines.execution_inputs(machines.passing, job)) == 1


def test_name_of_expired_job_is_refused(
    store: JobStore, machines: StateMachines, job: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AWS keeps the name longer than the request is kept; a job accepted under it would never run."""
    monkeypatch.setattr(start, "_SAME_JOB_SECONDS", 1)
    passing = state_machine(machines, machines.passing)
    starter = JobStarter(store, passing, passing, {})
    starter.start(job, REQUEST_OF_ONE)
    s3.client().delete_object(Bucket=store.bucket, Key=store.key(job, REQUEST))
    sleep(3)  # S3 stores times in whole seconds
    for _ in range(2):
        with pytest.raises(RequestError, match="was used by an earlier job"):
            starter.start(job, REQUEST_OF_ONE)
    assert len(machines.execution_inputs(machines.passing, job)) == 1


def test_refused_source_saves_nothing(starter: JobStarter, store: JobStore, job: str) -> None:
    with pytest.raises(RequestError):
        starter.start(job, JobRequest(5, (), "s3://another-teams-bucket/all.csv"))
    with pytest.raises(ObjectNotFoundError):
        store.get(job, REQUEST)


def test_execution_started_by_hand_names_its_job(store: JobStore, job: str) -> None:
    event = {"execution": job, "urls": ["https://example.com/1"], "top": 2}
    for _ in range(2):  # Split may be retried
        assert load_request(store, event) == (job, JobRequest(2, ("https://example.com/1",)))
    assert load_request(store, {"execution": job, "job": job}) == (job, JobRequest(2, ("https://example.com/1",)))


@pytest.mark.parametrize(
    ("event", "message"),
    [
        ({"execution": "e"}, '"urls"'),
        ({"execution": "e", "urls": [7]}, "urls[0]"),
        ({"execution": "dots.are.not.taken", "urls": ["a"]}, '"name"'),
        ({"execution": "by-hand-source", "source": "s3://lists/a.csv"}, "bulk"),
        ({"execution": "e", "job": "never-posted"}, "never-posted"),
        ({"execution": "e", "job": "../e"}, '"name"'),
    ],
)
def test_execution_input_without_list_is_refused(event: dict[str, object], message: str, store: JobStore) -> None:
    with pytest.raises(RequestError) as caught:
        load_request(store, event)
    assert message in caught.value.message
