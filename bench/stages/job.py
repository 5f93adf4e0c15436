"""How the cost of a job grows with its length: lists of digits posted to the API of the applied stack."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from time import perf_counter
from typing import Any

import boto3

from bench import usage
from bench.bench import Bench
from bench.process import ContestantError
from bench.samples import Sample
from build.package.target import Target
from localcloud import LocalCloud
from sluice.demo import digits
from sluice.image_server import ImageServer
from sluice.jobs import client
from sluice.terraform import stack, state_bucket

REPEATS = 2
LENGTHS = (10, 30, 100, 300)
_TIMEOUT, _POLL_PAUSE = 180.0, 0.1  # seconds


def run(bench: Bench) -> Iterator[Sample]:
    """Apply the stack to a local cloud of its own, warm it, then every length in each repeat.

    Processor seconds are those of the whole local cloud with all functions in it.
    """
    folder, scans = bench.world.folder / "job", digits.held_out()
    with (
        ImageServer(digits.files(scans).get) as server,
        LocalCloud.start(folder / "cloud") as cloud,
        _environment(cloud.environment() | {"TF_DATA_DIR": str(folder / "terraform")}),
    ):
        # A new session: the default one keeps the keys of the other cloud.
        state_bucket.create_local_bucket(boto3.Session().client("s3"))
        stack.initialise("local")
        stack.apply("local", {"build": str(Target.here()), "private_hosts": [server.host]})
        base = cloud.resolve_api_url(stack.read_outputs()["jobs"]["api"])
        addresses = [server.url(scan.path) for scan in scans]
        _do(base, addresses[: LENGTHS[-1]])  # so that as many sandboxes are warm as the longest needs
        for repeat in range(bench.repeats):
            for length in LENGTHS:
                yield _timed(cloud.state.pid, base, addresses[:length], repeat)


def _timed(cloud: int, base: str, addresses: list[str], repeat: int) -> Sample:
    """A job from its posting to its last answer."""
    before, began = usage.cpu_seconds(usage.family(cloud)), perf_counter()
    results = _do(base, addresses)
    wall, cpu = perf_counter() - began, usage.cpu_seconds(usage.family(cloud)) - before
    if not all("labels" in result for result in results):
        raise ContestantError("A digit of the job was not labelled.")
    return Sample("job", "litert", "digits", f"{len(addresses)}", 2, repeat, len(addresses), wall, cpu)


def _do(base: str, addresses: list[str]) -> list[dict[str, Any]]:
    job = client.submit_job(base, addresses)
    ended = client.wait_for_job(base, job, timeout=_TIMEOUT, first_pause=_POLL_PAUSE, longest_pause=_POLL_PAUSE)
    results: list[dict[str, Any]] = ended["results"]
    return results


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    kept = dict(os.environ)
    os.environ |= variables
    try:
        yield
    finally:
        os.environ.clear()
        os.environ |= kept
