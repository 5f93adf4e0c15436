"""Weighted aliases: Lambda Developer Guide, "Implement Lambda canary deployments using a weighted alias"."""

import pytest

from tests.support.localcloud import apis, state_machines, versions
from tests.support.localcloud.aws import Aws, wait_for
from tests.support.localcloud.versions import Versions

MANY = 40  # the chance that an even weight sends them all to one version is 2 ** -39


@pytest.fixture(scope="module")
def halved(aws: Aws) -> Versions:
    """Each version gets half of what the alias is sent."""
    return versions.create_versions(aws, share=0.5)


def test_each_invocation_runs_one_of_two_versions(aws: Aws, halved: Versions) -> None:
    answers = [versions.invoke_version(aws, halved.function, "live") for _ in range(MANY)]
    assert {(answer["mark"], executed) for answer, executed in answers} == {("old", "1"), ("new", "2")}
    assert all(answer["version"] == answer["context"] == executed for answer, executed in answers)
    assert {answer["arn"] for answer, _ in answers} == {halved.live}


def test_so_it_does_by_the_aliass_arn(aws: Aws, halved: Versions) -> None:
    assert {versions.invoke_version(aws, halved.live)[1] for _ in range(MANY)} == {"1", "2"}


def test_a_queues_mapping_runs_both(aws: Aws, halved: Versions) -> None:
    queue = aws.create_queue()
    aws.map_queue(queue, halved.live, BatchSize=1)
    aws.send_messages(queue, *map(str, range(MANY)))
    wait_for(lambda: aws.count_messages(queue) == (0, 0))
    streams = {event["logStreamName"] for event in aws.read_log(halved.function)}
    assert {stream.split("[")[1].split("]")[0] for stream in streams} == {"1", "2"}


def test_a_mapping_runs_the_alias(aws: Aws) -> None:
    """The function sees the alias's ARN, whatever calls it."""
    source = "def handler(event, context): print(context.invoked_function_arn)"
    function, queue = aws.create_function(source, Publish=True), aws.create_queue()
    aws.client("lambda").create_alias(FunctionName=function, Name="live", FunctionVersion="1")
    live = f"{apis.function_arn(aws, function)}:live"
    aws.map_queue(queue, live)
    aws.send_messages(queue, "one")
    wait_for(lambda: aws.count_messages(queue) == (0, 0))
    assert live in [event["message"].strip() for event in aws.read_log(function)]


def test_an_api_runs_both(aws: Aws, halved: Versions) -> None:
    api = apis.create_api(aws, "", function=halved.function, qualifier="live")
    replies = [apis.send_request(aws, f"{api.endpoint}/jobs/1", apis.operator_keys(aws)).body for _ in range(MANY)]
    assert {reply["version"] for reply in replies} == {"1", "2"}
    assert {reply["arn"] for reply in replies} == {halved.live}


@pytest.mark.parametrize("named", ["resource", "function", "qualifier"])
def test_a_state_machine_runs_both(aws: Aws, halved: Versions, named: str) -> None:
    task = {
        "resource": {"Type": "Task", "Resource": halved.live},
        "function": state_machines.call_function(halved.live),
        "qualifier": state_machines.call_function(halved.arn),
    }[named]
    if named == "qualifier":
        task["Parameters"]["Qualifier"] = "live"
    answers = state_machines.run_for_output(
        aws, state_machines.chain(Each=state_machines.map_state(task)), list(range(MANY))
    )
    assert {answer["version"] for answer in answers} == {"1", "2"}
    assert {answer["arn"] for answer in answers} == {halved.live}


def test_a_task_is_told_which_version_ran(aws: Aws, halved: Versions) -> None:
    task = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": halved.live}}
    answer = state_machines.run_for_output(aws, state_machines.chain(Task=task))
    assert answer["ExecutedVersion"] == answer["Payload"]["version"]


def test_a_changed_alias_holds_for_the_next_invocation(aws: Aws) -> None:
    client, made = aws.client("lambda"), versions.create_versions(aws)
    assert versions.invoke_version(aws, made.function, "live")[1] == "1"
    client.update_alias(FunctionName=made.function, Name="live", FunctionVersion="2")
    assert {versions.invoke_version(aws, made.function, "live")[1] for _ in range(5)} == {"2"}
    weights = {"AdditionalVersionWeights": {"1": 1.0}}
    client.update_alias(FunctionName=made.function, Name="live", RoutingConfig=weights)
    assert {versions.invoke_version(aws, made.function, "live")[1] for _ in range(5)} == {"1"}


def test_an_alias_and_its_version_share_sandboxes(aws: Aws) -> None:
    made = versions.create_versions(aws)
    by_alias, by_number = (versions.invoke_version(aws, made.function, name)[0] for name in ("live", "1"))
    assert by_alias["pid"] == by_number["pid"]
    assert (by_alias["arn"], by_number["arn"]) == (made.live, f"{made.arn}:1")


def test_reserved_concurrency_holds_for_all_versions(aws: Aws) -> None:
    client, made = aws.client("lambda"), versions.create_versions(aws)
    client.put_function_concurrency(FunctionName=made.function, ReservedConcurrentExecutions=0)
    with pytest.raises(client.exceptions.TooManyRequestsException):
        client.invoke(FunctionName=made.function, Qualifier="live")


def test_an_alias_describes_its_first_version(aws: Aws, halved: Versions) -> None:
    found = aws.client("lambda").get_function(FunctionName=halved.function, Qualifier="live")["Configuration"]
    assert (found["FunctionArn"], found["Version"]) == (halved.live, "1")
