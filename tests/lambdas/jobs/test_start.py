"""From requests to jobs: one name, one request, one execution."""

from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest
from botocore.stub import Stubber

from inference.fetch import s3
from jobs import executions, start
from jobs.executions import StatesUnavailableError
from jobs.refusal import Refusal
from jobs.request import Request
from jobs.saved_request import requested
from jobs.start import Machine, Starter
from jobs.store import REQUEST, Missing, Store
from tests.support.lambdas.state_machines import Machines

BUCKETS = {"lists": "000000000000"}
REQUESTED = Request(5, ("https://example.com/cat.jpg",))


@pytest.fixture
def starter(store: Store, machines: Machines) -> Starter:
    return Starter(store, machine(machines, machines.waits), machine(machines, machines.tells), BUCKETS)


def machine(machines: Machines, arn: str) -> Machine:
    return Machine(arn, machines.runs(arn))


def test_a_request_is_kept_and_started(starter: Starter, store: Store, machines: Machines, job: str) -> None:
    assert starter.start(job, REQUESTED) == job
    assert Request.from_json(store.get(job, REQUEST)) == REQUESTED
    assert machines.executions(machines.waits, job) == [{"job": job}]


def test_without_a_name_each_request_is_a_job(starter: Starter, machines: Machines) -> None:
    jobs = {starter.start(None, REQUESTED) for _ in range(3)}
    assert len(jobs) == 3
    assert all(machines.executions(machines.waits, job) == [{"job": job}] for job in jobs)


def test_a_list_in_s3_is_the_bulk_machines(starter: Starter, machines: Machines, job: str) -> None:
    starter.start(job, Request(5, (), "s3://lists/a b.csv"))
    assert machines.executions(machines.tells, job) == [{"job": job, "bucket": "lists", "key": "a b.csv"}]
    assert machines.executions(machines.waits, job) == []


def test_ten_at_once_under_one_name_are_one_job(starter: Starter, machines: Machines, job: str) -> None:
    with ThreadPoolExecutor(10) as pool:
        assert set(pool.map(lambda _: starter.start(job, REQUESTED), range(10))) == {job}
    assert machines.executions(machines.waits, job) == [{"job": job}]


def test_ten_requests_at_once_under_one_name_are_the_first_ones_job(
    starter: Starter, store: Store, machines: Machines, job: str
) -> None:
    def post(number: int) -> int | None:
        try:
            starter.start(job, Request(5, (f"https://example.com/{number}",)))
        except Refusal as refusal:
            assert refusal.status == 409
            return None
        return number

    with ThreadPoolExecutor(10) as pool:
        taken = [number for number in pool.map(post, range(10)) if number is not None]
    assert len(taken) == 1
    assert Request.from_json(store.get(job, REQUEST)).urls == (f"https://example.com/{taken[0]}",)
    assert machines.executions(machines.waits, job) == [{"job": job}]


def test_a_post_that_died_before_the_start_is_healed_by_the_next(
    starter: Starter, machines: Machines, job: str
) -> None:
    with Stubber(executions.client()) as stub:
        stub.add_client_error("start_execution", "ThrottlingException", http_status_code=400)
        with pytest.raises(StatesUnavailableError):
            starter.start(job, REQUESTED)
    assert machines.executions(machines.waits, job) == []
    starter.start(job, REQUESTED)
    assert machines.executions(machines.waits, job) == [{"job": job}]


def test_a_job_that_has_ended_is_not_begun_again(store: Store, machines: Machines, job: str) -> None:
    tells = machine(machines, machines.tells)
    starter = Starter(store, tells, tells, {})
    for _ in range(2):
        assert starter.start(job, REQUESTED) == job
    assert len(machines.executions(machines.tells, job)) == 1


def test_a_name_whose_request_has_expired_is_refused_to_all_that_come_later(
    store: Store, machines: Machines, job: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AWS keeps the name for longer than the request is kept: a post that is told 202 would never be run."""
    monkeypatch.setattr(start, "_TOGETHER_SECONDS", 1)
    tells = machine(machines, machines.tells)
    starter = Starter(store, tells, tells, {})
    starter.start(job, REQUESTED)
    s3.client().delete_object(Bucket=store.bucket, Key=store.key(job, REQUEST))
    sleep(3)  # S3 tells the seconds only
    for _ in range(2):
        with pytest.raises(Refusal, match="was used by an earlier job"):
            starter.start(job, REQUESTED)
    assert len(machines.executions(machines.tells, job)) == 1


def test_a_source_that_is_refused_leaves_nothing(starter: Starter, store: Store, job: str) -> None:
    with pytest.raises(Refusal):
        starter.start(job, Request(5, (), "s3://somebody-elses/all.csv"))
    with pytest.raises(Missing):
        store.get(job, REQUEST)


def test_an_execution_started_by_hand_names_its_job(store: Store, job: str) -> None:
    event = {"execution": job, "urls": ["https://example.com/1"], "top": 2}
    for _ in range(2):  # Split may be tried again
        assert requested(store, event) == (job, Request(2, ("https://example.com/1",)))
    assert requested(store, {"execution": job, "job": job}) == (job, Request(2, ("https://example.com/1",)))


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ({"execution": "e"}, '"urls"'),
        ({"execution": "e", "urls": [7]}, "urls[0]"),
        ({"execution": "dots.are.not.taken", "urls": ["a"]}, '"name"'),
        ({"execution": "by-hand-source", "source": "s3://lists/a.csv"}, "bulk"),
        ({"execution": "e", "job": "never-posted"}, "never-posted"),
        ({"execution": "e", "job": "../e"}, '"name"'),
    ],
)
def test_an_input_without_a_list_is_refused(event: dict[str, object], words: str, store: Store) -> None:
    with pytest.raises(Refusal) as refused:
        requested(store, event)
    assert words in refused.value.message
