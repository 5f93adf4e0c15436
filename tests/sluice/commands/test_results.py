"""`sluice results`: every answer is shown, and none is taken that was not."""

import json
import os
import pty
import subprocess
from collections.abc import Sequence
from time import sleep

from tests.sluice.commands.conftest import Bare
from tests.support.terminal import SLUICE

PREDICTION: dict[str, object] = {
    "url": "http://x/[0].png",
    "labels": [{"label": "[cat]", "score": 0.75}],
    "seconds": 0.1,
}
REJECTION: dict[str, object] = {"url": None, "rejection": {"code": "bad_task", "message": "No."}, "seconds": 0.0}


def _answer(terminal: Bare, records: Sequence[dict[str, object]]) -> list[str]:
    bodies = [json.dumps(record | {"id": f"task-{n}"}) for n, record in enumerate(records)]
    for body in bodies:
        terminal.sqs.send_message(QueueUrl=terminal.urls["predictions"], MessageBody=body)
    return bodies


def _lying(terminal: Bare) -> tuple[int, int]:
    """How many answers are visible, and hidden."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    url = terminal.urls["predictions"]
    found = terminal.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return int(found[names[0]]), int(found[names[1]])


def test_json_lines_when_piped_and_the_queue_is_empty_then(terminal: Bare) -> None:
    bodies = _answer(terminal, [PREDICTION, REJECTION] * 6)
    assert sorted(terminal.run("results").stdout.splitlines()) == sorted(bodies)
    assert terminal.run("results", "--json").stdout == ""


def test_no_more_than_were_asked_for(terminal: Bare) -> None:
    bodies = _answer(terminal, [PREDICTION] * 14)
    some = terminal.run("results", "--count", "12").stdout.splitlines()
    assert len(some) == 12
    assert sorted(some + terminal.bodies("predictions")) == sorted(bodies)


def test_following_takes_what_comes_later(terminal: Bare) -> None:
    following = subprocess.Popen(
        [SLUICE, "results", "--follow", "--count", "2"], env=dict(terminal.variables), stdout=subprocess.PIPE, text=True
    )
    first = _answer(terminal, [PREDICTION])
    assert following.stdout
    assert following.stdout.readline() == f"{first[0]}\n"
    _answer(terminal, [REJECTION])
    assert json.loads(following.communicate(timeout=30)[0])["rejection"]["code"] == "bad_task"
    assert following.returncode == 0


def test_what_could_not_be_printed_stays_in_the_queue(terminal: Bare) -> None:
    _answer(terminal, [PREDICTION] * 3)
    read, write = os.pipe()
    os.close(read)  # nobody reads
    ended = subprocess.run([SLUICE, "results"], env=dict(terminal.variables), stdout=write, stderr=subprocess.PIPE)
    os.close(write)
    assert ended.returncode == 1
    assert b"Traceback" not in ended.stderr
    assert b"3 answers received and not printed: back in the queue in 300 s." in ended.stderr
    assert _lying(terminal) == (0, 3)


def test_what_was_printed_and_not_deleted_is_told(terminal: Bare) -> None:
    """Its reader takes so long that the receipt is of no use: here, as the queue was emptied meanwhile."""
    large = PREDICTION | {"url": "http://x/" + "n" * 200_000}  # more than a pipe holds
    (body,) = _answer(terminal, [large])
    shell, pipe = dict(terminal.variables), subprocess.PIPE
    reading = subprocess.Popen([SLUICE, "results", "--json"], env=shell, stdout=pipe, stderr=pipe, text=True)
    while _lying(terminal) != (0, 1):
        assert reading.poll() is None
        sleep(0.1)
    terminal.sqs.purge_queue(QueueUrl=terminal.urls["predictions"])
    printed, told = reading.communicate(timeout=60)
    assert printed == f"{body}\n"
    assert reading.returncode == 1
    error = json.loads(told)
    assert error["undeleted"] == 1
    assert "1 answer printed, but still in the queue" in error["error"]
    assert "receipt handle is invalid" in error["error"]


def test_a_table_for_people(terminal: Bare) -> None:
    _answer(terminal, [PREDICTION, REJECTION])
    mine, theirs = pty.openpty()
    shown = {**terminal.variables, "COLUMNS": "100", "TERM": "dumb"}
    subprocess.run([SLUICE, "results"], env=shown, stdout=theirs, stderr=theirs, check=True)
    os.close(theirs)
    text = os.read(mine, 10_000).decode()
    os.close(mine)
    for words in ("http://x/[0].png", "[cat]", "0.750", "task-0", "bad_task", "task-1: No.", "2 answers."):
        assert words in text
