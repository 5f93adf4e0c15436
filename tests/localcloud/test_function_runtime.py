"""Functions run as AWS runs them: "Lambda runtimes", "Lambda execution environment lifecycle", "Lambda quotas"."""

import json
import os
import signal
from concurrent.futures import ThreadPoolExecutor

from tests.support.localcloud.aws import ALLOW_ALL, RUNTIME, Aws, unique_name, wait_for, zip_files

IDENTITY = """
import time, uuid
calls, sandbox = 0, uuid.uuid4().hex
def handler(event, context):
    global calls
    calls += 1
    time.sleep(event.get("seconds", 0))
    return {"sandbox": sandbox, "calls": calls}
"""


def test_an_exception_keeps_its_class(aws: Aws) -> None:
    """ "errorType: the type of error" is the class's name (Lambda Developer Guide, "Python function errors")."""
    answer = aws.invoke(
        aws.create_function("class Unreadable(Exception): ...\ndef handler(e, c): raise Unreadable('no')")
    )
    assert answer.error == "Unhandled"
    assert (answer.payload["errorType"], answer.payload["errorMessage"]) == ("Unreadable", "no")


def test_a_state_machine_catches_by_class(aws: Aws) -> None:
    """ "ErrorEquals: error names" match a Lambda exception's class (Step Functions Developer Guide)."""
    function = aws.create_function("class Unreadable(Exception): ...\ndef handler(e, c): raise Unreadable('no')")
    arn = f"arn:aws:lambda:{aws.region}:000000000000:function:{function}"
    task = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": arn},
            "Catch": [{"ErrorEquals": ["Unreadable"], "Next": "Caught"}], "End": True}  # fmt: skip
    states = {"Try": task, "Caught": {"Type": "Pass", "Result": "caught", "End": True}}
    step = aws.client("stepfunctions")
    machine = step.create_state_machine(
        name=unique_name("machine"), roleArn=aws.create_role("states", ALLOW_ALL),
        definition=json.dumps({"StartAt": "Try", "States": states}),
    )["stateMachineArn"]  # fmt: skip
    execution = step.start_execution(stateMachineArn=machine)["executionArn"]
    ended = wait_for(lambda: (e := step.describe_execution(executionArn=execution))["status"] != "RUNNING" and e)
    assert json.loads(ended["output"]) == "caught"


def test_a_module_that_cannot_be_imported(aws: Aws) -> None:
    """ "Runtime.ImportModuleError" (Lambda Developer Guide, "Troubleshoot invocation issues")."""
    answer = aws.invoke(aws.create_function("import missing_module"))
    assert answer.payload["errorType"] == "Runtime.ImportModuleError"
    assert "missing_module" in answer.payload["errorMessage"]


def test_a_function_that_takes_too_long_is_ended(aws: Aws) -> None:
    """ "Task timed out after 1.00 seconds", and the next event gets a new environment."""
    function = aws.create_function(IDENTITY, Timeout=1)
    before = aws.invoke(function, {}).payload["sandbox"]
    late = aws.invoke(function, {"seconds": 30})
    assert late.payload["errorType"] == "Sandbox.Timedout"
    assert late.payload["errorMessage"].endswith("Task timed out after 1.00 seconds")
    assert aws.invoke(function, {}).payload["sandbox"] != before


def test_a_function_that_needs_too_much_memory_is_ended(aws: Aws) -> None:
    """ "Runtime exited with error: signal: killed", type Runtime.OutOfMemory."""
    source = "def handler(e, c): return len(bytes(e['mb'] << 20).replace(b'\\0', b'1'))"
    function = aws.create_function(source, MemorySize=128)
    assert aws.invoke(function, {"mb": 1}).payload == 1 << 20
    greedy = aws.create_function(
        "import time\ndef handler(e, c):\n a = b'1' * (400 << 20)\n time.sleep(5)", MemorySize=128
    )
    assert aws.invoke(greedy).payload["errorType"] == "Runtime.OutOfMemory"


def test_a_process_that_ends_itself(aws: Aws) -> None:
    """ "Runtime exited with error: exit status 7", type Runtime.ExitError."""
    answer = aws.invoke(aws.create_function("import os\ndef handler(e, c): os._exit(7)"))
    assert answer.payload["errorType"] == "Runtime.ExitError"
    assert answer.payload["errorMessage"].endswith("exit status 7")


def test_a_response_has_a_limit(aws: Aws) -> None:
    """ "Invocation payload: 6 MB each for request and response"."""
    answer = aws.invoke(aws.create_function("def handler(e, c): return 'x' * (7 << 20)"))
    assert answer.payload["errorType"] == "Function.ResponseSizeTooLarge"


def test_nothing_of_the_host_is_seen(aws: Aws) -> None:
    """A function sees "defined runtime environment variables", its own, and the runtime's packages; no more."""
    source = """
import importlib.util, os, sys
def handler(event, context):
    found = [name for name in ("ministack", "ops", "typer", "pytest") if importlib.util.find_spec(name)]
    return {"names": sorted(os.environ), "found": found, "own": os.environ["OWN"], "name": context.function_name,
            "remaining": context.get_remaining_time_in_millis(), "boto3": bool(importlib.util.find_spec("boto3"))}
"""
    function = aws.create_function(source, Environment={"Variables": {"OWN": "yes"}}, Timeout=9)
    seen = aws.invoke(function).payload
    known = ("AWS_", "LAMBDA_", "PYTHON", "LC_CTYPE", "LD_", "HOME", "TMPDIR", "LANG", "PATH", "PWD", "TZ", "_H",
             "_X_AMZN_TRACE_ID")  # fmt: skip
    assert [name for name in seen["names"] if not name.startswith((*known, "OWN"))] == []
    assert seen["found"] == []
    assert (seen["own"], seen["name"], seen["boto3"]) == ("yes", function, True)
    assert 8000 < seen["remaining"] <= 9000


def test_layers_are_on_the_path_and_a_later_one_wins(aws: Aws) -> None:
    """ "Lambda extracts the layer contents into /opt"; "python" there is on the path, layers merge in their order."""
    client = aws.client("lambda")
    layers = [
        client.publish_layer_version(LayerName=unique_name("layer"), Content={"ZipFile": zip_files(files)})[
            "LayerVersionArn"
        ]
        for files in ({"python/one.py": "VALUE = 1", "python/both.py": "VALUE = 1"}, {"python/both.py": "VALUE = 2"})
    ]
    function = aws.create_function("import one, both\ndef handler(e, c): return [one.VALUE, both.VALUE]", Layers=layers)
    assert aws.invoke(function).payload == [1, 2]


def test_a_warm_sandbox_is_used_again(aws: Aws) -> None:
    function = aws.create_function(IDENTITY)
    first, second = (aws.invoke(function, {}).payload for _ in range(2))
    assert (first["sandbox"], second["calls"]) == (second["sandbox"], 2)


def test_concurrent_events_get_their_own_sandboxes(aws: Aws) -> None:
    """ "For each concurrent request, Lambda provisions a separate instance of your execution environment"."""
    function = aws.create_function(IDENTITY)
    with ThreadPoolExecutor(3) as threads:
        answers = list(threads.map(lambda _: aws.invoke(function, {"seconds": 1}).payload, range(3)))
    assert len({answer["sandbox"] for answer in answers}) == 3
    assert len(aws.cloud.sandbox_pids(function)) == 3


def test_new_code_gets_new_sandboxes(aws: Aws) -> None:
    function = aws.create_function(IDENTITY)
    aws.invoke(function, {})
    old = aws.cloud.sandbox_pids(function)
    code = zip_files({"module.py": "def handler(e, c): return 'new'"})
    aws.client("lambda").update_function_code(FunctionName=function, ZipFile=code)
    assert aws.invoke(function, {}).payload == "new"
    (new,) = aws.cloud.sandbox_pids(function)
    assert [new] != old


def test_a_killed_sandbox_fails_its_event_alone(aws: Aws) -> None:
    function = aws.create_function(IDENTITY)
    with ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(aws.invoke, function, {"seconds": 30})
        os.kill(wait_for(lambda: aws.cloud.sandbox_pids(function))[0], signal.SIGKILL)
        assert waiting.result().payload["errorType"] == "Runtime.ExitError"
    assert aws.invoke(function, {}).payload["calls"] == 1


def test_another_runtime_is_refused_by_name(aws: Aws) -> None:
    """Ours alone: artifacts for one Python must not half work on another."""
    other = "python3.12" if RUNTIME != "python3.12" else "python3.13"
    answer = aws.invoke(aws.create_function(IDENTITY, Runtime=other), {})
    assert answer.payload["errorType"] == "LocalCloud.Refused"
    assert other in answer.payload["errorMessage"]
    assert RUNTIME in answer.payload["errorMessage"]
