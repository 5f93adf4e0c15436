"""A function's memory: on AWS everything that its sandbox holds, including the contents of memfds."""

import re
import sys

import pytest

from tests.support.localcloud.aws import Aws

pytestmark = pytest.mark.skipif(
    sys.platform != "linux",
    reason="memory is read from /proc; without it, memory is not limited (docs/local-cloud.md)",
)

WRITE_MEMFD = """
import mmap, os, time
def handler(event, context):
    file = os.memfd_create("library")
    for _ in range(event["megabytes"]):
        os.write(file, bytes(1 << 20))
    maps = []
    for _ in range(event.get("maps", 0)):
        maps.append(mmap.mmap(file, 0, mmap.MAP_PRIVATE, mmap.PROT_READ))
        if event.get("touch"):
            sum(maps[-1][::4096])
    if event.get("close"):
        os.close(file)
    time.sleep(0.2)
"""


def measure_used(aws: Aws, function: str, **event: int) -> int:
    """Invoke a function and return the megabytes in its report."""
    response = aws.invoke(function, event)
    assert response.error is None, response
    *_, report = (line["message"] for line in aws.read_log(function) if line["message"].startswith("REPORT"))
    match = re.search(r"Max Memory Used: (\d+) MB", report)
    assert match
    return int(match[1])


@pytest.mark.parametrize(
    "event", [{}, {"maps": 1}, {"maps": 2, "touch": 1}, {"maps": 1, "close": 1}, {"maps": 1, "touch": 1, "close": 1}]
)
def test_memory_counts_memfd_once_and_completely(aws: Aws, event: dict[str, int]) -> None:
    idle = measure_used(aws, aws.create_function(WRITE_MEMFD, MemorySize=1024), megabytes=0)
    used = measure_used(aws, aws.create_function(WRITE_MEMFD, MemorySize=1024), megabytes=200, **event)
    assert 195 <= used - idle <= 215


def test_memory_of_memfd_counts_towards_limit(aws: Aws) -> None:
    response = aws.invoke(aws.create_function(WRITE_MEMFD, MemorySize=128), {"megabytes": 200})
    assert response.payload["errorType"] == "Runtime.OutOfMemory"
