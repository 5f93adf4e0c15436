"""Tasks are sent to a real queue: all of them, or, after a failure, exactly those that the error does not name."""

import os
import random
import re
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from sluice.errors import SluiceError
from sluice.sqs import messages
from sluice.sqs.line_ranges import LineRanges
from sluice.sqs.task_sender import TaskSender, TraceSampling
from sluice.sqs.tasks import NumberedTask


class FailingSqs:
    """The real SQS, which raises an error for the batch that has a message with this body."""

    def __init__(self, sqs: Any, body: str, error: Exception) -> None:
        self._sqs, self._body, self._error = sqs, body, error

    def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, Any]]) -> Any:  # noqa: N803
        if any(entry["MessageBody"] == self._body for entry in Entries):
            raise self._error
        return self._sqs.send_message_batch(QueueUrl=QueueUrl, Entries=Entries)


def _tasks(count: int) -> Iterator[NumberedTask]:
    return (NumberedTask(line, f"task {line}") for line in range(1, count + 1))


def _lines(queue: tuple[Any, str]) -> set[int]:
    return {int(body.removeprefix("task ")) for body in messages.take_all_bodies(*queue)}


def test_send_sends_all_and_reports_progress(queue: tuple[Any, str]) -> None:
    sender, counts = TaskSender(*queue, TraceSampling()), list[int]()
    sender.send(_tasks(203), counts.append)
    assert sender.sent == 203
    assert counts == [80, 80, 43]
    assert _lines(queue) == set(range(1, 204))


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ClientError({"Error": {"Code": "AccessDenied", "Message": "No."}}, "SendMessage"), "may not call SendMessage"),
        (EndpointConnectionError(endpoint_url="https://x"), "SQS may have accepted it nevertheless."),
    ],
)
def test_send_failure_can_be_resumed_by_lines(error: Exception, reason: str, queue: tuple[Any, str]) -> None:
    sender = TaskSender(FailingSqs(queue[0], "task 95", error), queue[1], TraceSampling())
    with pytest.raises(SluiceError, match=re.escape(reason)) as failure:
        sender.send(_tasks(1000), lambda _: None)
    assert failure.value.details == {"sent": 150, "lines": "91-100,161-"}
    assert str(failure.value).startswith("Line 91 was not sent: ")
    assert str(failure.value).endswith(" 150 tasks were sent; continue with --lines 91-100,161-")
    rest = LineRanges.parse(str(failure.value.details["lines"]))
    again = TaskSender(FailingSqs(queue[0], "task 200", error), queue[1], TraceSampling(), lines=rest)
    with pytest.raises(SluiceError) as failure:
        again.send((task for task in _tasks(1000) if task.line in rest), lambda _: None)
    assert failure.value.details["lines"] == "191-200,231-"
    rest = LineRanges.parse("191-200,231-")
    TaskSender(*queue, TraceSampling()).send((task for task in _tasks(1000) if task.line in rest), lambda _: None)
    bodies = list(messages.take_all_bodies(*queue))
    assert len(bodies) == len(set(bodies)) == 1000


def test_send_invalid_line_stops_before_its_batch(queue: tuple[Any, str]) -> None:
    def tasks() -> Iterator[NumberedTask]:
        yield from _tasks(84)
        raise SluiceError("Line 85 is not valid.")

    with pytest.raises(SluiceError, match=r"Line 85 is not valid\. 80 tasks were sent; continue with --lines 81-"):
        TaskSender(*queue, TraceSampling()).send(tasks(), lambda _: None)
    assert _lines(queue) == set(range(1, 81))


def test_send_interrupt_between_batches_names_the_next_line(queue: tuple[Any, str]) -> None:
    def tasks() -> Iterator[NumberedTask]:
        for task in _tasks(500):
            if task.line == 100:
                signal.raise_signal(signal.SIGINT)
            yield task

    sender = TaskSender(*queue, TraceSampling())
    with pytest.raises(SluiceError, match=r"Interrupted\. 80 tasks were sent; continue with --lines 81-") as failure:
        sender.send(tasks(), lambda _: None)
    assert failure.value.exit_code == 130
    assert _lines(queue) == set(range(1, 81))


def test_send_interrupt_within_batches_counts_sent_tasks(queue: tuple[Any, str]) -> None:
    class InterruptingSqs(FailingSqs):
        def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, Any]]) -> Any:  # noqa: N803
            if any(entry["MessageBody"] == self._body for entry in Entries):
                os.kill(os.getpid(), signal.SIGINT)
            return self._sqs.send_message_batch(QueueUrl=QueueUrl, Entries=Entries)

    sender = TaskSender(InterruptingSqs(queue[0], "task 95", Exception()), queue[1], TraceSampling())
    with pytest.raises(SluiceError, match=r"Interrupted\.") as failure:
        sender.send(_tasks(400), lambda _: None)
    sent = _lines(queue)
    assert len(sent) == sender.sent == 160
    rest = LineRanges.parse(str(failure.value.details["lines"]))
    assert sent == {line for line in range(1, 401) if line not in rest}


def test_send_reads_tasks_as_it_sends_them(queue: tuple[Any, str]) -> None:
    tasks_read, ahead = 0, list[int]()

    def tasks() -> Iterator[NumberedTask]:
        nonlocal tasks_read
        for tasks_read in range(1, 401):
            yield NumberedTask(tasks_read, f"task {tasks_read}")

    sender = TaskSender(*queue, TraceSampling())
    sender.send(tasks(), lambda _: ahead.append(tasks_read - sender.sent))
    assert len(ahead) == 5
    assert max(ahead) <= 1


@pytest.mark.parametrize(("traced", "sampled"), [(1, {"1"}), (0, {"0"})])
def test_send_starts_a_trace_per_message(traced: float, sampled: set[str], queue: tuple[Any, str]) -> None:
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


def _count_sampled(sampling: TraceSampling, count: int) -> int:
    return sum(sampling.new_header().endswith("Sampled=1") for _ in range(count))


def test_sampling_default_traces_first_of_second_and_few_others() -> None:
    sampling = TraceSampling()
    random.seed(0)
    assert _count_sampled(sampling, 1) == 1
    assert 0 < _count_sampled(sampling, 2000) < 200


def test_sampling_fraction_is_respected() -> None:
    assert _count_sampled(TraceSampling(1), 50) == 50
    assert _count_sampled(TraceSampling(0), 50) == 0
