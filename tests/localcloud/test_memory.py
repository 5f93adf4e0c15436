"""What counts as a function's memory: on AWS all that its sandbox holds, so also what lies in a memfd."""

import re
import sys

import pytest

from tests.support.localcloud.aws import Aws

MB = 1 << 20
pytestmark = pytest.mark.skipif(
    sys.platform != "linux",
    reason="memory is read from /proc; where there is none it is not limited (docs/local-cloud.md)",
)

UNPACKED = """
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


def used(aws: Aws, function: str, **event: int) -> int:
    """Megabytes that the report of an invocation tells."""
    answer = aws.invoke(function, event)
    assert answer.error is None, answer
    *_, report = (line["message"] for line in aws.read_log(function) if line["message"].startswith("REPORT"))
    found = re.search(r"Max Memory Used: (\d+) MB", report)
    assert found
    return int(found[1])


@pytest.mark.parametrize(
    "event", [{}, {"maps": 1}, {"maps": 2, "touch": 1}, {"maps": 1, "close": 1}, {"maps": 1, "touch": 1, "close": 1}]
)
def test_a_memfd_counts_once_and_whole(aws: Aws, event: dict[str, int]) -> None:
    function = aws.create_function(UNPACKED, MemorySize=1024)
    idle = used(aws, function, megabytes=0)
    assert 195 <= used(aws, aws.create_function(UNPACKED, MemorySize=1024), megabytes=200, **event) - idle <= 215


def test_it_counts_towards_the_limit(aws: Aws) -> None:
    answer = aws.invoke(aws.create_function(UNPACKED, MemorySize=128), {"megabytes": 200})
    assert answer.payload["errorType"] == "Runtime.OutOfMemory"
