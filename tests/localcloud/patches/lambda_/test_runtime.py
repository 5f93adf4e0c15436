"""Functions run as on AWS: Lambda Developer Guide, "Lambda runtimes", "Lambda execution environment lifecycle", "Lambda
quotas" and "Improving startup performance with Lambda SnapStart"."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

from tests.support.localcloud import state_machines
from tests.support.localcloud.aws import ALLOW_ALL, RUNTIME, Aws, unique_name, wait_for, zip_files

RETURN_SANDBOX = """
import time, uuid
calls, sandbox = 0, uuid.uuid4().hex
def handler(event, context):
    global calls
    calls += 1
    time.sleep(event.get("seconds", 0))
    return {"sandbox": sandbox, "calls": calls}
"""


def test_exception_keeps_its_class(aws: Aws) -> None:
    """ "errorType: the type of error" is the class's name (Lambda Developer Guide, "Python function errors")."""
    response = aws.invoke(
        aws.create_function("class Unreadable(Exception): ...\ndef handler(e, c): raise Unreadable('no')")
    )
    assert response.error == "Unhandled"
    assert response.payload["errorType"] == "Unreadable"
    assert response.payload["errorMessage"] == "no"


def test_state_machine_catches_exception_by_class(aws: Aws) -> None:
    """ "ErrorEquals: error names" match a Lambda exception's class (Step Functions Developer Guide)."""
    function = aws.create_function("class Unreadable(Exception): ...\ndef handler(e, c): raise Unreadable('no')")
    arn = f"arn:aws:lambda:{aws.region}:000000000000:function:{function}"
    task = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": arn},
            "Catch": [{"ErrorEquals": ["Unreadable"], "Next": "Caught"}], "End": True}  # fmt: skip
    definition = state_machines.chain(Try=task, Caught={"Type": "Pass", "Result": "caught"})
    assert state_machines.run_for_output(aws, definition) == "caught"


def test_missing_module_is_import_module_error(aws: Aws) -> None:
    """ "Runtime.ImportModuleError" (Lambda Developer Guide, "Troubleshoot invocation issues")."""
    response = aws.invoke(aws.create_function("import missing_module"))
    assert response.payload["errorType"] == "Runtime.ImportModuleError"
    assert "missing_module" in response.payload["errorMessage"]


def test_timeout_ends_sandbox(aws: Aws) -> None:
    """ "Task timed out after 1.00 seconds", and the next event gets a new environment."""
    function = aws.create_function(RETURN_SANDBOX, Timeout=1)
    before = aws.invoke(function, {}).payload["sandbox"]
    timed_out = aws.invoke(function, {"seconds": 30})
    assert timed_out.payload["errorType"] == "Sandbox.Timedout"
    assert timed_out.payload["errorMessage"].endswith("Task timed out after 1.00 seconds")
    assert aws.invoke(function, {}).payload["sandbox"] != before


def test_memory_above_limit_is_out_of_memory(aws: Aws) -> None:
    """ "Runtime exited with error: signal: killed", type Runtime.OutOfMemory."""
    source = "def handler(e, c): return len(bytes(e['mb'] << 20).replace(b'\\0', b'1'))"
    function = aws.create_function(source, MemorySize=128)
    assert aws.invoke(function, {"mb": 1}).payload == 1 << 20
    greedy = aws.create_function(
        "import time\ndef handler(e, c):\n a = b'1' * (400 << 20)\n time.sleep(5)", MemorySize=128
    )
    assert aws.invoke(greedy).payload["errorType"] == "Runtime.OutOfMemory"


def test_exiting_process_is_exit_error(aws: Aws) -> None:
    """ "Runtime exited with error: exit status 7", type Runtime.ExitError."""
    response = aws.invoke(aws.create_function("import os\ndef handler(e, c): os._exit(7)"))
    assert response.payload["errorType"] == "Runtime.ExitError"
    assert response.payload["errorMessage"].endswith("exit status 7")


def test_large_response_is_rejected(aws: Aws) -> None:
    """ "Invocation payload: 6 MB each for request and response"."""
    response = aws.invoke(aws.create_function("def handler(e, c): return 'x' * (7 << 20)"))
    assert response.payload["errorType"] == "Function.ResponseSizeTooLarge"


def test_host_variables_and_packages_are_hidden(aws: Aws) -> None:
    """A function sees "defined runtime environment variables", its own, and the runtime's packages, nothing else."""
    source = """
import importlib.util, os, sys
def handler(event, context):
    found = [name for name in ("ministack", "sluice", "typer", "pytest") if importlib.util.find_spec(name)]
    return {"names": sorted(os.environ), "found": found, "own": os.environ["OWN"], "name": context.function_name,
            "remaining": context.get_remaining_time_in_millis(), "boto3": bool(importlib.util.find_spec("boto3"))}
"""
    function = aws.create_function(source, Environment={"Variables": {"OWN": "yes"}}, Timeout=9)
    visible = aws.invoke(function).payload
    known_prefixes = ("AWS_", "LAMBDA_", "PYTHON", "LC_CTYPE", "LD_", "HOME", "TMPDIR", "LANG", "PATH", "PWD", "TZ",
                      "_H", "_X_AMZN_TRACE_ID")  # fmt: skip
    assert [name for name in visible["names"] if not name.startswith((*known_prefixes, "OWN"))] == []
    assert visible["found"] == []
    assert visible["own"] == "yes"
    assert visible["name"] == function
    assert visible["boto3"] is True
    assert 8000 < visible["remaining"] <= 9000


def test_layers_are_importable_and_later_layer_wins(aws: Aws) -> None:
    """ "Lambda extracts the layer contents into /opt"; its folder "python" is on the path; layers merge in order."""
    client = aws.client("lambda")
    layers = []
    for files in ({"python/one.py": "VALUE = 1", "python/both.py": "VALUE = 1"}, {"python/both.py": "VALUE = 2"}):
        content = {"ZipFile": zip_files(files)}
        layer = client.publish_layer_version(LayerName=unique_name("layer"), Content=content)
        layers.append(layer["LayerVersionArn"])
    function = aws.create_function("import one, both\ndef handler(e, c): return [one.VALUE, both.VALUE]", Layers=layers)
    assert aws.invoke(function).payload == [1, 2]


def test_warm_sandbox_is_reused(aws: Aws) -> None:
    function = aws.create_function(RETURN_SANDBOX)
    first, second = (aws.invoke(function, {}).payload for _ in range(2))
    assert first["sandbox"] == second["sandbox"]
    assert second["calls"] == 2


def test_concurrent_events_get_separate_sandboxes(aws: Aws) -> None:
    """ "For each concurrent request, Lambda provisions a separate instance of your execution environment"."""
    function = aws.create_function(RETURN_SANDBOX)
    with ThreadPoolExecutor(3) as threads:
        payloads = list(threads.map(lambda _: aws.invoke(function, {"seconds": 1}).payload, range(3)))
    assert len({payload["sandbox"] for payload in payloads}) == 3
    assert len(aws.cloud.sandbox_pids(function)) == 3


def test_new_code_gets_new_sandbox(aws: Aws) -> None:
    function = aws.create_function(RETURN_SANDBOX)
    aws.invoke(function, {})
    old = aws.cloud.sandbox_pids(function)
    code = zip_files({"module.py": "def handler(e, c): return 'new'"})
    aws.client("lambda").update_function_code(FunctionName=function, ZipFile=code)
    assert aws.invoke(function, {}).payload == "new"
    (new,) = aws.cloud.sandbox_pids(function)
    assert [new] != old


def test_killed_sandbox_fails_only_its_event(aws: Aws) -> None:
    function = aws.create_function(RETURN_SANDBOX)
    with ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(aws.invoke, function, {"seconds": 30})
        os.kill(wait_for(lambda: aws.cloud.sandbox_pids(function))[0], signal.SIGKILL)
        assert waiting.result().payload["errorType"] == "Runtime.ExitError"
    assert aws.invoke(function, {}).payload["calls"] == 1


def test_unsupported_runtime_is_rejected(aws: Aws) -> None:
    """Not on AWS: zips for one Python version must not partly work on another."""
    other = "python3.12" if RUNTIME != "python3.12" else "python3.13"
    response = aws.invoke(aws.create_function(RETURN_SANDBOX, Runtime=other), {})
    assert response.payload["errorType"] == "LocalCloud.Refused"
    assert other in response.payload["errorMessage"]
    assert RUNTIME in response.payload["errorMessage"]


SNAPSTART = {"ApplyOn": "PublishedVersions"}


def create_with_snapstart(aws: Aws, runtime: str, source: str) -> str:
    name = unique_name("function")
    aws.client("lambda").create_function(
        FunctionName=name, Role=aws.create_role("lambda", ALLOW_ALL), Handler="module.handler", Runtime=runtime,
        Code={"ZipFile": zip_files({"module.py": source})}, SnapStart=SNAPSTART,
    )  # fmt: skip
    return name


def test_snapstart_on_unsupported_runtime_is_rejected(aws: Aws) -> None:
    """ "Python 3.12 and later"."""
    with pytest.raises(ClientError, match=r"SnapStart is not supported for the python3\.11 runtime"):
        create_with_snapstart(aws, "python3.11", "")


def test_snapstart_version_becomes_active_without_import(aws: Aws) -> None:
    client, name = aws.client("lambda"), create_with_snapstart(aws, "python3.12", "raise RuntimeError('imported')")
    client.publish_version(FunctionName=name)

    def read_final_state() -> str:
        state: str = client.get_function_configuration(FunctionName=name, Qualifier="1")["State"]
        return "" if state == "Pending" else state

    assert wait_for(read_final_state) == "Active"
    snapstart = client.get_function_configuration(FunctionName=name, Qualifier="1")["SnapStart"]
    assert snapstart == {"ApplyOn": "PublishedVersions", "OptimizationStatus": "On"}
