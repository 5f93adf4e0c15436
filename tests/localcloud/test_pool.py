"""Events wait in line for a sandbox. Ours alone: AWS starts as many as there are events, a laptop would drown."""

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


def test_few_sandboxes_start_at_once_and_all_work_at_once(aws: Aws) -> None:
    function = aws.create_function(SLOW_START)
    with ThreadPoolExecutor(8) as threads:
        answers = [answer.payload for answer in threads.map(lambda _: aws.invoke(function), range(8))]
    starts = {(began, ready) for _, began, ready, _ in answers}
    assert max(sum(a <= began < b for a, b in starts) for began, _ in starts) <= (os.cpu_count() or 1)
    assert max(sum(a <= ready < b for _, _, a, b in answers) for _, _, ready, _ in answers) > 1


def test_a_waiting_event_takes_the_sandbox_that_is_free_first(aws: Aws) -> None:
    """A function that starts slower than it answers gets no sandbox for each event."""
    function = aws.create_function("import os, time\ntime.sleep(1)\ndef handler(event, context): return os.getpid()")
    count = 4 * (os.cpu_count() or 1)
    with ThreadPoolExecutor(count) as threads:
        answers = [answer.payload for answer in threads.map(lambda _: aws.invoke(function), range(count))]
    assert len(set(answers)) < count


def test_idle_sandboxes_of_a_superseded_version_end_soon(aws: Aws) -> None:
    """A large model's would fill the memory; those that an alias still leads to stay warm."""
    made = versions.create_versions(aws, share=0.5)
    old, new = (versions.invoke_version(aws, made.function, number)[0]["pid"] for number in ("1", "2"))
    aws.client("lambda").update_alias(
        FunctionName=made.function, Name="live", FunctionVersion="2", RoutingConfig={"AdditionalVersionWeights": {}}
    )
    wait_for(lambda: old not in aws.cloud.sandbox_pids(made.function))
    assert aws.cloud.sandbox_pids(made.function) == [new]
    aws.client("lambda").delete_function(FunctionName=made.function)
    wait_for(lambda: aws.cloud.sandbox_pids(made.function) == [])
