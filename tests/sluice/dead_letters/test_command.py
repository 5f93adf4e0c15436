"""`sluice dead` as people and programs run it."""

import errno
import json
import os
import pty
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import typer
from botocore.exceptions import ClientError

from sluice.commands import console, dead
from sluice.dead_letters.actions import Replay
from sluice.environment import Environment
from sluice.errors import SluiceError
from tests.sluice.dead_letters.conftest import BODIES, Queues, RunDead, json_output

FOURTEEN = [f'{{"id": "n{n}", "url": "https://example.org/{n}.png"}}' for n in range(14)]


def test_list_prints_table_or_json(queues: Queues, run_dead: RunDead) -> None:
    (id_,) = queues.add_dead_letters(BODIES[0])
    queues.add_log_line(
        message="Retry scheduled", message_id=id_, code="source_unavailable", reason="The host [503] is away."
    )
    output = run_dead("list").stdout
    assert "n0" in output
    assert "The host [503] is away." in output
    assert "1 dead letter (1 source_unavailable)." in output
    assert "example.org" not in output  # an address may hold a secret
    (letter,) = json_output(run_dead("list", "--json", "--code", "source_unavailable"))["dead_letters"]
    assert letter["id"] == "n0"
    assert letter["message_id"] == id_
    assert letter["body"] == BODIES[0]
    assert json_output(run_dead("list", "--json", "--code", "unknown")) == {"dead_letters": [], "warnings": []}


def test_show_prints_body_and_log(queues: Queues, run_dead: RunDead) -> None:
    (id_,) = queues.add_dead_letters(BODIES[0])
    line = {"message": "Retry scheduled", "message_id": id_, "id": "n0", "code": "out_of_time", "receives": 5}
    queues.add_log_line(**line)
    queues.add_log_line(**line | {"message_id": "another", "id": "n1"})
    for argument in ("n0", id_):
        (letter,) = json_output(run_dead("show", argument, "--json"))["dead_letters"]
        assert letter["body"] == BODIES[0]
        assert letter["log"] == [line]
    assert BODIES[0] in run_dead("show", "n0").stdout
    with pytest.raises(SluiceError, match="No dead letter has the ID lunch: `sluice dead list --env local` lists"):
        run_dead("show", "lunch")


def test_dry_run_changes_nothing(queues: Queues, run_dead: RunDead) -> None:
    queues.add_dead_letters(*BODIES)
    assert json_output(run_dead("replay", "--dry-run", "--json"))["would_replay"] == ["n0", "n1", "n2"]
    assert json_output(run_dead("drop", "--all", "--dry-run", "--json"))["would_drop"] == ["n0", "n1", "n2"]
    assert queues.visible_bodies(queues.dead_letters) == BODIES
    assert not queues.visible_bodies(queues.images)


def test_without_terminal_yes_is_required(queues: Queues, run_dead: RunDead) -> None:
    queues.add_dead_letters(*BODIES)
    for arguments in (["replay"], ["drop", "--all"]):
        result = run_dead(*arguments)
        assert result.exit_code == 2
        assert "add --yes" in result.output
    assert queues.visible_bodies(queues.dead_letters) == BODIES


def test_replay_skips_letters_that_were_replayed_before(queues: Queues, run_dead: RunDead) -> None:
    queues.add_dead_letters(*BODIES[:2])
    assert sorted(json_output(run_dead("replay", "--yes", "--json"))["replayed"]) == ["n0", "n1"]
    assert queues.sum_metric("DeadLettersReplayed") == 2
    for message in queues.receive(queues.images):  # both fail again
        queues.add_dead_letters(message["Body"], MessageAttributes=message["MessageAttributes"])
    queues.add_dead_letters(BODIES[2])
    second = run_dead("replay", "--yes", "--json")
    assert "2 were replayed before and failed again, so they are skipped; --again includes them." in second.stderr
    assert json_output(second)["replayed"] == ["n2"]
    assert sorted(json_output(second)["skipped"]) == ["n0", "n1"]
    again = json_output(run_dead("replay", "--again", "--limit", "1", "--yes", "--json"))
    assert again["replayed"] == ["n0"]
    counts = {message["MessageAttributes"]["replays"]["StringValue"] for message in queues.receive(queues.images)}
    assert counts == {"1", "2"}


def test_drop_requires_a_filter_or_all(queues: Queues, run_dead: RunDead) -> None:
    queues.add_dead_letters(*BODIES)
    assert run_dead("drop", "--yes").exit_code == 2
    assert queues.visible_bodies(queues.dead_letters) == BODIES


def test_drop_appends_to_a_private_file(queues: Queues, run_dead: RunDead, tmp_path: Path) -> None:
    queues.add_dead_letters(*BODIES)
    file = tmp_path / "dropped.jsonl"
    first = json_output(run_dead("drop", "--id", "n0", "--to", str(file), "--yes", "--json"))
    assert first["dropped"] == ["n0"]
    assert "2 dropped and written to" in run_dead("drop", "--all", "--to", str(file), "--yes").stdout
    assert [json.loads(line)["body"] for line in file.read_text().splitlines()] == BODIES
    assert file.stat().st_mode & 0o777 == 0o600
    assert queues.sum_metric("DeadLettersDropped") == 3


def test_drop_without_file_prints_only_letters(queues: Queues, run_dead: RunDead) -> None:
    queues.add_dead_letters(*BODIES)
    result = run_dead("drop", "--all", "--yes")
    assert result.exit_code == 0
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == ["n0", "n1", "n2"]
    assert "3 dropped." in result.stderr


@pytest.mark.parametrize("text", ["soon", "2", "-1h", "2w"])
def test_invalid_duration_is_wrong_usage(text: str, run_dead: RunDead) -> None:
    result = run_dead("list", "--older", text)
    assert result.exit_code == 2
    assert f'Invalid duration "{text}"' in result.output


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The other end of the terminal that is standard input."""
    user, program = pty.openpty()
    with os.fdopen(program) as standard_input:
        monkeypatch.setattr(sys, "stdin", standard_input)
        yield user
    os.close(user)


def test_confirm_asks_on_a_terminal(terminal: int) -> None:
    os.write(terminal, b"y\n")
    console.confirm("Send?", yes=False)
    os.write(terminal, b"n\n")
    with pytest.raises(typer.Abort):
        console.confirm("Send?", yes=False)


def test_replay_interrupted_reports_progress(
    queues: Queues, run_dead: RunDead, monkeypatch: pytest.MonkeyPatch
) -> None:
    queues.add_dead_letters(*FOURTEEN)
    send = Replay.__call__

    def interrupt(*arguments: Any) -> Any:
        os.kill(os.getpid(), signal.SIGINT)
        return send(*arguments)

    monkeypatch.setattr(Replay, "__call__", interrupt)
    result = run_dead("replay", "--yes")
    assert result.exit_code == 130
    assert "Interrupted: 10 replayed. 4 are unchanged and still in the queue." in result.stdout
    assert queues.sum_metric("DeadLettersReplayed") == 10


def test_replay_killed_has_counted_its_batches(
    queues: Queues, run_dead: RunDead, monkeypatch: pytest.MonkeyPatch
) -> None:
    class KilledError(BaseException):
        """An exception that no code catches."""

    queues.add_dead_letters(*FOURTEEN)
    send, calls = Replay.__call__, iter(range(2))

    def kill_second(*arguments: Any) -> Any:
        if next(calls):
            raise KilledError
        return send(*arguments)

    monkeypatch.setattr(Replay, "__call__", kill_second)
    with pytest.raises(KilledError):
        run_dead("replay", "--yes")
    assert len(queues.visible_bodies(queues.images)) == 10
    assert queues.sum_metric("DeadLettersReplayed") == 10


@pytest.mark.parametrize(
    ("arguments", "field"),
    [(["replay", "--json"], "replayed"), (["drop", "--all", "--json", "--to", "{tmp}/dropped.jsonl"], "dropped")],
)
def test_count_failure_is_reported_after_the_result(
    arguments: list[str],
    field: str,
    queues: Queues,
    run_dead: RunDead,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    class ForbiddenCloudWatch:
        def put_metric_data(self, **_: Any) -> None:
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "You may not."}}, "PutMetricData")

    def client(environment: Environment, service: str) -> Any:
        return ForbiddenCloudWatch() if service == "cloudwatch" else real_client(environment, service)

    real_client = Environment.client
    monkeypatch.setattr(Environment, "client", client)
    results: list[Any] = []
    monkeypatch.setattr(dead, "show", lambda result, *_: results.append(result))
    queues.add_dead_letters(*BODIES)
    with pytest.raises(SluiceError) as error:
        run_dead(*(argument.format(tmp=tmp_path) for argument in arguments), "--yes")
    assert sorted(results[0][field]) == ["n0", "n1", "n2"]
    assert str(error.value).startswith(
        "The accounting of `sluice status` will lack 3 of these, which could not be counted: "
        "These AWS credentials may not call PutMetricData"
    )


def test_replay_reports_after_terminal_was_closed(
    queues: Queues, run_dead: RunDead, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def closed_terminal(*_: Any) -> Iterator[Callable[[int], None]]:
        yield lambda _: None
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(dead, "progress_bar", closed_terminal)
    queues.add_dead_letters(*BODIES)
    assert sorted(json_output(run_dead("replay", "--yes", "--json"))["replayed"]) == ["n0", "n1", "n2"]
    assert queues.sum_metric("DeadLettersReplayed") == 3
