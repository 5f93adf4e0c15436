"""Events wait for a sandbox, unlike on AWS, which starts one for each event: one machine could not."""

import os
from concurrent.futures import ThreadPoolExecutor

from tests.support.localcloud import versions
from tests.support.localcloud.aws import Aws, wait_for

SLOW_START = """
import os, time
began = time.time()
time.sleep(0.2)
ready = time.time()
def handler(event, context):
    time.sleep(0.5)
    return [os.getpid(), began, ready, time.time()]
"""


def test_pool_limits_starting_sandboxes_but_not_running(aws: Aws) -> None:
    function = aws.create_function(SLOW_START)
    with ThreadPoolExecutor(8) as threads:
        responses = [response.payload for response in threads.map(lambda _: aws.invoke(function), range(8))]
    starts = {(began, ready) for _, began, ready, _ in responses}
    assert max(sum(a <= began < b for a, b in starts) for began, _ in starts) <= (os.cpu_count() or 1)
    assert max(sum(a <= ready < b for _, _, a, b in responses) for _, _, ready, _ in responses) > 1


def test_waiting_event_takes_first_free_sandbox(aws: Aws) -> None:
    """A function that starts more slowly than it responds does not get a sandbox for each event."""
    function = aws.create_function("import os, time\ntime.sleep(1)\ndef handler(event, context): return os.getpid()")
    count = 4 * (os.cpu_count() or 1)
    with ThreadPoolExecutor(count) as threads:
        pids = [response.payload for response in threads.map(lambda _: aws.invoke(function), range(count))]
    assert len(set(pids)) < count


def test_idle_sandboxes_of_superseded_version_end(aws: Aws) -> None:
    """Those of a large model would fill the memory. Sandboxes of versions that an alias names stay warm."""
    created = versions.create_versions(aws, share=0.5)
    old, new = (versions.invoke_version(aws, created.function, number)[0]["pid"] for number in ("1", "2"))
    aws.client("lambda").update_alias(
        FunctionName=created.function, Name="live", FunctionVersion="2", RoutingConfig={"AdditionalVersionWeights": {}}
    )
    wait_for(lambda: old not in aws.cloud.sandbox_pids(created.function))
    assert aws.cloud.sandbox_pids(created.function) == [new]
    aws.client("lambda").delete_function(FunctionName=created.function)
    wait_for(lambda: aws.cloud.sandbox_pids(created.function) == [])
