"""`sluice dead` as people and programs call it."""

import errno
import json
import os
import pty
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
import typer
from botocore.exceptions import ClientError
from typer.testing import CliRunner, Result

from ops.commands import dead, dead_options
from ops.dead.replay import Replay
from ops.deployed import Deployed
from ops.told import Told
from tests.ops.dead.conftest import Graveyard

Sluice = Callable[..., Result]
BODIES = [f'{{"id": "n{n}", "url": "https://example.org/{n}.png"}}' for n in range(3)]


@pytest.fixture
def sluice(yard: Graveyard, monkeypatch: pytest.MonkeyPatch) -> Sluice:
    """Runs `sluice dead ...` on the yard, as if Terraform had told of it; commands' own refusals come as Told."""
    deployed = Deployed("local")
    deployed.__dict__["outputs"] = {
        "images": yard.images,
        "dead_letters": yard.dead,
        "functions": {"worker": yard.worker},
    }
    monkeypatch.setattr(Deployed, "open", lambda _: deployed)

    def run(*words: str) -> Result:
        result = CliRunner().invoke(dead.app, words)
        if isinstance(result.exception, Told):
            raise result.exception
        return result

    return run


def counted(yard: Graveyard, metric: str) -> float:
    now = datetime.now(UTC)
    told = boto3.client("cloudwatch").get_metric_statistics(
        Namespace="Sluice",
        MetricName=metric,
        Dimensions=[{"Name": "service", "Value": yard.worker}],
        StartTime=now - timedelta(hours=1),
        EndTime=now + timedelta(minutes=1),
        Period=3600,
        Statistics=["Sum"],
    )
    return float(sum(point["Sum"] for point in told["Datapoints"]))


def found(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_list_for_people_and_one_for_programs(yard: Graveyard, sluice: Sluice) -> None:
    (name,) = yard.bury(BODIES[0])
    yard.log(message="To be tried again", message_id=name, code="source_unavailable", reason="The host [503] is away.")
    shown = sluice("list").stdout
    assert "n0" in shown
    assert "The host [503] is away." in shown
    assert "1 dead letter (1 source_unavailable)." in shown
    assert "example.org" not in shown  # an address may hold a secret
    (listed,) = found(sluice("list", "--json", "--code", "source_unavailable"))["dead_letters"]
    assert (listed["id"], listed["message_id"], listed["body"]) == ("n0", name, BODIES[0])
    assert found(sluice("list", "--json", "--code", "unknown")) == {"dead_letters": [], "doubts": []}


def test_show_tells_body_and_log_whole(yard: Graveyard, sluice: Sluice) -> None:
    (name,) = yard.bury(BODIES[0])
    line = {"message": "To be tried again", "message_id": name, "id": "n0", "code": "out_of_time", "receives": 5}
    yard.log(**line)
    yard.log(**line | {"message_id": "another", "id": "n1"})
    for word in ("n0", name):
        (shown,) = found(sluice("show", word, "--json"))["dead_letters"]
        assert (shown["body"], shown["log"]) == (BODIES[0], [line])
    assert BODIES[0] in sluice("show", "n0").stdout
    with pytest.raises(Told, match="No dead letter has the id lunch: `sluice dead list --env local` shows"):
        sluice("show", "lunch")


def test_a_dry_run_does_nothing(yard: Graveyard, sluice: Sluice) -> None:
    yard.bury(*BODIES)
    assert found(sluice("replay", "--dry-run", "--json"))["would_replay"] == ["n0", "n1", "n2"]
    assert found(sluice("drop", "--all", "--dry-run", "--json"))["would_drop"] == ["n0", "n1", "n2"]
    assert yard.bodies(yard.dead) == BODIES
    assert not yard.bodies(yard.images)


def test_off_a_terminal_nothing_is_done_without_yes(yard: Graveyard, sluice: Sluice) -> None:
    yard.bury(*BODIES)
    for words in (["replay"], ["drop", "--all"]):
        result = sluice(*words)
        assert result.exit_code == 2
        assert "add --yes" in result.output
    assert yard.bodies(yard.dead) == BODIES


def test_what_was_replayed_is_left_alone_the_next_time(yard: Graveyard, sluice: Sluice) -> None:
    yard.bury(*BODIES[:2])
    assert sorted(found(sluice("replay", "--yes", "--json"))["replayed"]) == ["n0", "n1"]
    assert counted(yard, "DeadLettersReplayed") == 2
    for message in yard.received(yard.images):  # as if both had died again
        yard.bury(message["Body"], MessageAttributes=message["MessageAttributes"])
    yard.bury(BODIES[2])
    second = sluice("replay", "--yes", "--json")
    assert "2 were replayed before and died again, so they are left alone; --again takes them too." in second.stderr
    assert found(second)["replayed"] == ["n2"]
    assert sorted(found(second)["guarded"]) == ["n0", "n1"]
    again = found(sluice("replay", "--again", "--limit", "1", "--yes", "--json"))
    assert again["replayed"] == ["n0"]
    assert {message["MessageAttributes"]["replays"]["StringValue"] for message in yard.received(yard.images)} == {
        "1", "2",
    }  # fmt: skip


def test_ctrl_c_says_how_far_it_came(yard: Graveyard, sluice: Sluice, monkeypatch: pytest.MonkeyPatch) -> None:
    yard.bury(*(f'{{"id": "n{n}", "url": "https://example.org/{n}.png"}}' for n in range(14)))
    send = Replay.__call__

    def interrupted(*arguments: Any) -> Any:
        os.kill(os.getpid(), signal.SIGINT)
        return send(*arguments)

    monkeypatch.setattr(Replay, "__call__", interrupted)
    result = sluice("replay", "--yes")
    assert result.exit_code == 130
    assert "Stopped: 10 sent again. 4 are still there, untouched." in result.stdout
    assert counted(yard, "DeadLettersReplayed") == 10


def test_a_hard_end_leaves_what_was_done_counted(
    yard: Graveyard, sluice: Sluice, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """What nobody catches."""

    yard.bury(*(f'{{"id": "n{n}", "url": "https://example.org/{n}.png"}}' for n in range(14)))
    send, calls = Replay.__call__, iter(range(2))

    def killed(*arguments: Any) -> Any:
        if next(calls):
            raise Killed
        return send(*arguments)

    monkeypatch.setattr(Replay, "__call__", killed)
    with pytest.raises(Killed):
        sluice("replay", "--yes")
    assert len(yard.bodies(yard.images)) == 10
    assert counted(yard, "DeadLettersReplayed") == 10


@pytest.mark.parametrize(
    ("words", "report"),
    [(["replay", "--json"], "replayed"), (["drop", "--all", "--json", "--to", "{tmp}/dropped.jsonl"], "dropped")],
)
def test_what_could_not_be_counted_is_told_after_the_report(
    words: list[str],
    report: str,
    yard: Graveyard,
    sluice: Sluice,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    class NoCloudWatch:
        def put_metric_data(self, **_: Any) -> None:
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "You may not."}}, "PutMetricData")

    client = Deployed.client
    monkeypatch.setattr(
        Deployed, "client", lambda of, name: NoCloudWatch() if name == "cloudwatch" else client(of, name)
    )
    shown: list[Any] = []
    monkeypatch.setattr(dead, "show", lambda found, *_: shown.append(found))
    yard.bury(*BODIES)
    with pytest.raises(Told) as told:
        sluice(*(word.format(tmp=tmp_path) for word in words), "--yes")
    assert sorted(shown[0][report]) == ["n0", "n1", "n2"]
    assert str(told.value).startswith(
        "The ledger of `sluice status` will lack 3 of these, which could not be counted: "
        "These AWS credentials may not do PutMetricData"
    )


def test_a_terminal_that_is_lost_takes_no_report_along(
    yard: Graveyard, sluice: Sluice, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def hung_up(*_: Any) -> Iterator[Callable[[int], None]]:
        yield lambda _: None
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(dead, "bar", hung_up)
    yard.bury(*BODIES)
    assert sorted(found(sluice("replay", "--yes", "--json"))["replayed"]) == ["n0", "n1", "n2"]
    assert counted(yard, "DeadLettersReplayed") == 3


def test_a_drop_wants_to_know_which(yard: Graveyard, sluice: Sluice) -> None:
    yard.bury(*BODIES)
    result = sluice("drop", "--yes")
    assert result.exit_code == 2
    assert yard.bodies(yard.dead) == BODIES


def test_dropped_letters_are_added_to_a_file_of_their_own(yard: Graveyard, sluice: Sluice, tmp_path: Path) -> None:
    yard.bury(*BODIES)
    file = tmp_path / "dropped.jsonl"
    assert found(sluice("drop", "--id", "n0", "--to", str(file), "--yes", "--json"))["dropped"] == ["n0"]
    assert "2 dropped" in sluice("drop", "--all", "--to", str(file), "--yes").stdout
    assert [json.loads(line)["body"] for line in file.read_text().splitlines()] == BODIES
    assert file.stat().st_mode & 0o777 == 0o600
    assert counted(yard, "DeadLettersDropped") == 3


def test_without_a_file_they_go_to_standard_output_and_nothing_else_does(yard: Graveyard, sluice: Sluice) -> None:
    yard.bury(*BODIES)
    result = sluice("drop", "--all", "--yes")
    assert result.exit_code == 0
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == ["n0", "n1", "n2"]
    assert "3 dropped." in result.stderr


@pytest.mark.parametrize("written", ["soon", "2", "-1h", "2w"])
def test_an_age_that_is_none_is_wrong_usage(written: str, sluice: Sluice) -> None:
    result = sluice("list", "--older", written)
    assert result.exit_code == 2
    assert "is no age" in result.output


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The other end of the terminal that is standard input."""
    person, program = pty.openpty()
    with os.fdopen(program) as standard_input:
        monkeypatch.setattr(sys, "stdin", standard_input)
        yield person
    os.close(person)


def test_a_person_is_asked(terminal: int) -> None:
    os.write(terminal, b"y\n")
    dead_options.agree("Send?", yes=False)
    os.write(terminal, b"n\n")
    with pytest.raises(typer.Abort):
        dead_options.agree("Send?", yes=False)
