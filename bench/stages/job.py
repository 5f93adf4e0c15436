"""How the cost of a job grows with its length: lists of digits sent to the API of a deployed stack."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from time import perf_counter
from typing import Any

import boto3

from bench import usage
from bench.process import CompetitorError
from bench.samples import Sample
from bench.session import Session
from build.package.target import Target
from localcloud import LocalCloud
from sluice.demo import digits
from sluice.image_server import ImageServer
from sluice.jobs import client
from sluice.terraform import stack, state_bucket

LENGTHS = (10, 30, 100, 300)
_TIMEOUT, _POLL_PAUSE = 180.0, 0.1  # seconds


def measure_jobs(session: Session) -> Iterator[Sample]:
    """Apply the stack to a separate local cloud, warm it up, then run jobs of every length in each repeat.

    Processor seconds are those of the whole local cloud with all of its functions.
    """
    folder, scans = session.testbed.folder / "job", digits.load_digits()
    with (
        ImageServer(digits.to_files(scans).get) as server,
        LocalCloud.start(folder / "cloud") as cloud,
        _environment(cloud.environment() | {"TF_DATA_DIR": str(folder / "terraform")}),
    ):
        # A new session, because the default one has the keys of the other cloud.
        state_bucket.create_local_bucket(boto3.Session().client("s3"))
        stack.initialize("local")
        stack.apply("local", {"build": str(Target.current()), "private_hosts": [server.host]})
        base = cloud.resolve_api_url(stack.read_outputs()["jobs"]["api"])
        addresses = [server.url(scan.path) for scan in scans]
        _run_job(base, addresses[: LENGTHS[-1]])  # so that enough execution environments are warm for the longest job
        for repeat in range(session.repeats):
            for length in LENGTHS:
                yield _measure_job(cloud.state.pid, base, addresses[:length], repeat)


def _measure_job(cloud: int, base: str, addresses: list[str], repeat: int) -> Sample:
    """Measure a job from its submission to its last result."""
    before, started = usage.cpu_seconds(usage.list_descendants(cloud)), perf_counter()
    results = _run_job(base, addresses)
    wall, cpu = perf_counter() - started, usage.cpu_seconds(usage.list_descendants(cloud)) - before
    if not all("labels" in result for result in results):
        raise CompetitorError("A job returned a result without labels.")
    return Sample("job", "litert", "digits", f"{len(addresses)}", 2, repeat, len(addresses), wall, cpu)


def _run_job(base: str, addresses: list[str]) -> list[dict[str, Any]]:
    job = client.submit_job(base, addresses)
    ended = client.wait_for_job(base, job, timeout=_TIMEOUT, first_pause=_POLL_PAUSE, longest_pause=_POLL_PAUSE)
    results: list[dict[str, Any]] = ended["results"]
    return results


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    saved = dict(os.environ)
    os.environ |= variables
    try:
        yield
    finally:
        os.environ.clear()
        os.environ |= saved
