"""`sluice results` prints every answer, and deletes none that it has not printed."""

import json
import os
import pty
import subprocess
from collections.abc import Sequence
from time import sleep

from tests.sluice.commands.conftest import CloudTerminal
from tests.support.terminal import SLUICE

PREDICTION: dict[str, object] = {
    "url": "http://x/[0].png",
    "labels": [{"label": "[cat]", "score": 0.75}],
    "seconds": 0.1,
}
REJECTION: dict[str, object] = {"url": None, "rejection": {"code": "bad_task", "message": "No."}, "seconds": 0.0}


def _send_answers(terminal: CloudTerminal, records: Sequence[dict[str, object]]) -> list[str]:
    bodies = [json.dumps(record | {"id": f"task-{n}"}) for n, record in enumerate(records)]
    for body in bodies:
        terminal.sqs.send_message(QueueUrl=terminal.queue_urls["predictions"], MessageBody=body)
    return bodies


def _count_messages(terminal: CloudTerminal) -> tuple[int, int]:
    """Return the numbers of visible and of hidden answers."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    reply = terminal.sqs.get_queue_attributes(QueueUrl=terminal.queue_urls["predictions"], AttributeNames=names)
    visible, hidden = (int(reply["Attributes"][name]) for name in names)
    return visible, hidden


def test_results_prints_json_lines_and_empties_the_queue(terminal: CloudTerminal) -> None:
    bodies = _send_answers(terminal, [PREDICTION, REJECTION] * 6)
    assert sorted(terminal.run("results").stdout.splitlines()) == sorted(bodies)
    assert terminal.run("results", "--json").stdout == ""


def test_results_count_limits_answers(terminal: CloudTerminal) -> None:
    bodies = _send_answers(terminal, [PREDICTION] * 14)
    printed = terminal.run("results", "--count", "12").stdout.splitlines()
    assert len(printed) == 12
    assert sorted(printed + terminal.take_bodies("predictions")) == sorted(bodies)


def test_results_follow_prints_later_answers(terminal: CloudTerminal) -> None:
    command = [str(SLUICE), "results", "--follow", "--count", "2"]
    process = subprocess.Popen(command, env=dict(terminal.variables), stdout=subprocess.PIPE, text=True)
    (first,) = _send_answers(terminal, [PREDICTION])
    assert process.stdout
    assert process.stdout.readline() == f"{first}\n"
    _send_answers(terminal, [REJECTION])
    assert json.loads(process.communicate(timeout=30)[0])["rejection"]["code"] == "bad_task"
    assert process.returncode == 0


def test_results_broken_pipe_leaves_answers_in_queue(terminal: CloudTerminal) -> None:
    _send_answers(terminal, [PREDICTION] * 3)
    read, write = os.pipe()
    os.close(read)
    process = subprocess.run([SLUICE, "results"], env=dict(terminal.variables), stdout=write, stderr=subprocess.PIPE)
    os.close(write)
    assert process.returncode == 1
    assert b"Traceback" not in process.stderr
    assert b"3 answers received and not printed: back in the queue in 300 s." in process.stderr
    assert _count_messages(terminal) == (0, 3)


def test_results_reports_printed_answers_that_it_cannot_delete(terminal: CloudTerminal) -> None:
    """The receipt handle is invalid after a slow reader has read the answer: here, since the queue was purged."""
    large = PREDICTION | {"url": "http://x/" + "n" * 200_000}  # more than the buffer of a pipe
    (body,) = _send_answers(terminal, [large])
    command, pipe = [str(SLUICE), "results", "--json"], subprocess.PIPE
    process = subprocess.Popen(command, env=dict(terminal.variables), stdout=pipe, stderr=pipe, text=True)
    while _count_messages(terminal) != (0, 1):
        assert process.poll() is None
        sleep(0.1)
    terminal.sqs.purge_queue(QueueUrl=terminal.queue_urls["predictions"])
    stdout, stderr = process.communicate(timeout=60)
    assert stdout == f"{body}\n"
    assert process.returncode == 1
    failure = json.loads(stderr)
    assert failure["undeleted"] == 1
    assert "1 answer printed, but still in the queue" in failure["error"]
    assert "receipt handle is invalid" in failure["error"]


def test_results_prints_a_table_on_a_terminal(terminal: CloudTerminal) -> None:
    _send_answers(terminal, [PREDICTION, REJECTION])
    reader, writer = pty.openpty()
    variables = {**terminal.variables, "COLUMNS": "100", "TERM": "dumb"}
    subprocess.run([SLUICE, "results"], env=variables, stdout=writer, stderr=writer, check=True)
    os.close(writer)
    text = os.read(reader, 10_000).decode()
    os.close(reader)
    for cell in ("http://x/[0].png", "[cat]", "0.750", "task-0", "bad_task", "task-1: No.", "2 answers."):
        assert cell in text
