"""Many tasks into a real queue: all of them, or exactly those that it says."""

import os
import re
import signal
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from localcloud import LocalCloud
from sluice.errors import SluiceError
from sluice.sqs import messages
from sluice.sqs.line_ranges import LineRanges
from sluice.sqs.task_sender import TaskSender, TraceSampling
from sluice.sqs.tasks import Task


@pytest.fixture
def queue(cloud: LocalCloud) -> Iterator[tuple[Any, str]]:  # noqa: ARG001 - what boto3 speaks to
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="test-sender")["QueueUrl"]
    yield sqs, url
    sqs.delete_queue(QueueUrl=url)


class Breaking:
    """The real SQS, until a call holds this body."""

    def __init__(self, sqs: Any, body: str, error: Exception) -> None:
        self._sqs, self._body, self._error = sqs, body, error

    def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, Any]]) -> Any:  # noqa: N803
        if any(entry["MessageBody"] == self._body for entry in Entries):
            raise self._error
        return self._sqs.send_message_batch(QueueUrl=QueueUrl, Entries=Entries)


def _tasks(count: int) -> Iterator[Task]:
    return (Task(line, f"task {line}") for line in range(1, count + 1))


def _lines(queue: tuple[Any, str]) -> set[int]:
    return {int(body.removeprefix("task ")) for body in messages.take_all_bodies(*queue)}


def test_all_go_out_and_the_bar_is_told(queue: tuple[Any, str]) -> None:
    sender, told = TaskSender(*queue, TraceSampling()), list[int]()
    sender.send(_tasks(203), told.append)
    assert (sender.sent, told) == (203, [80, 80, 43])
    assert _lines(queue) == set(range(1, 204))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ClientError({"Error": {"Code": "AccessDenied", "Message": "No."}}, "SendMessage"), "may not call SendMessage"),
        (EndpointConnectionError(endpoint_url="https://x"), "SQS may have accepted it nevertheless."),
    ],
)
def test_what_was_not_sent_is_named_and_can_be_sent_later(error: Exception, words: str, queue: tuple[Any, str]) -> None:
    sender = TaskSender(Breaking(queue[0], "task 95", error), queue[1], TraceSampling())
    with pytest.raises(SluiceError, match=re.escape(words)) as stopped:
        sender.send(_tasks(1000), lambda _: None)
    assert stopped.value.details == {"sent": 150, "lines": "91-100,161-"}
    assert str(stopped.value).startswith("Line 91 was not sent: ")
    assert str(stopped.value).endswith(" 150 tasks were sent; continue with --lines 91-100,161-")
    rest = LineRanges.parse(str(stopped.value.details["lines"]))
    again = TaskSender(Breaking(queue[0], "task 200", error), queue[1], TraceSampling(), lines=rest)
    with pytest.raises(SluiceError) as stopped:
        again.send((task for task in _tasks(1000) if task.line in rest), lambda _: None)
    assert stopped.value.details["lines"] == "191-200,231-"
    rest = LineRanges.parse("191-200,231-")
    TaskSender(*queue, TraceSampling()).send((task for task in _tasks(1000) if task.line in rest), lambda _: None)
    bodies = list(messages.take_all_bodies(*queue))
    assert len(bodies) == len(set(bodies)) == 1000


def test_a_line_that_is_no_task_stops_before_its_call(queue: tuple[Any, str]) -> None:
    def tasks() -> Iterator[Task]:
        yield from _tasks(84)
        raise SluiceError("Line 85 is no task.")

    with pytest.raises(SluiceError, match=r"Line 85 is no task\. 80 tasks were sent; continue with --lines 81-"):
        TaskSender(*queue, TraceSampling()).send(tasks(), lambda _: None)
    assert _lines(queue) == set(range(1, 81))


def test_ctrl_c_finishes_what_was_begun_and_says_where_to_go_on(queue: tuple[Any, str]) -> None:
    def tasks() -> Iterator[Task]:
        for task in _tasks(500):
            if task.line == 100:
                signal.raise_signal(signal.SIGINT)
            yield task

    sender = TaskSender(*queue, TraceSampling())
    with pytest.raises(SluiceError, match=r"Interrupted\. 80 tasks were sent; continue with --lines 81-") as stopped:
        sender.send(tasks(), lambda _: None)
    assert stopped.value.exit_code == 130
    assert _lines(queue) == set(range(1, 81))


def test_ctrl_c_amid_calls_counts_those_that_were_out(queue: tuple[Any, str]) -> None:
    class Interrupted(Breaking):
        def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, Any]]) -> Any:  # noqa: N803
            if any(entry["MessageBody"] == self._body for entry in Entries):
                os.kill(os.getpid(), signal.SIGINT)
            return self._sqs.send_message_batch(QueueUrl=QueueUrl, Entries=Entries)

    sender = TaskSender(Interrupted(queue[0], "task 95", Exception()), queue[1], TraceSampling())
    with pytest.raises(SluiceError, match=r"Interrupted\.") as stopped:
        sender.send(_tasks(400), lambda _: None)
    sent = _lines(queue)
    assert len(sent) == sender.sent == 160
    rest = LineRanges.parse(str(stopped.value.details["lines"]))
    assert sent == {line for line in range(1, 401) if line not in rest}


def test_a_million_lines_do_not_wait_in_memory(queue: tuple[Any, str]) -> None:
    taken, ahead = 0, list[int]()

    def tasks() -> Iterator[Task]:
        nonlocal taken
        for taken in range(1, 401):
            yield Task(taken, f"task {taken}")

    sender = TaskSender(*queue, TraceSampling())
    sender.send(tasks(), lambda _: ahead.append(taken - sender.sent))
    assert len(ahead) == 5
    assert max(ahead) <= 1


@pytest.mark.parametrize(("traced", "sampled"), [(1, {"1"}), (0, {"0"})])
def test_each_message_begins_a_trace_of_its_own(traced: float, sampled: set[str], queue: tuple[Any, str]) -> None:
    TaskSender(*queue, TraceSampling(traced)).send(_tasks(10), lambda _: None)
    received = queue[0].receive_message(
        QueueUrl=queue[1], MaxNumberOfMessages=10, MessageSystemAttributeNames=["AWSTraceHeader"]
    )["Messages"]
    headers = [
        re.fullmatch(
            r"Root=(1-[0-9a-f]{8}-[0-9a-f]{24});Parent=[0-9a-f]{16};Sampled=([01])",
            message["Attributes"]["AWSTraceHeader"],
        )
        for message in received
    ]
    assert {header[2] for header in headers if header} == sampled
    assert len({header[1] for header in headers if header}) == 10
