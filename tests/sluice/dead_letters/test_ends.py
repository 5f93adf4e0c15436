"""`sluice dead` when it ends too soon: what was done is told, and counted for the ledger."""

import errno
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sluice.commands import dead
from sluice.dead_letters.actions import Replay
from sluice.environment import Environment
from sluice.errors import SluiceError
from tests.sluice.dead_letters.conftest import BODIES, Graveyard, Sluice, counted, found


def test_ctrl_c_says_how_far_it_came(yard: Graveyard, sluice: Sluice, monkeypatch: pytest.MonkeyPatch) -> None:
    yard.bury(*(f'{{"id": "n{n}", "url": "https://example.org/{n}.png"}}' for n in range(14)))
    send = Replay.__call__

    def interrupted(*arguments: Any) -> Any:
        os.kill(os.getpid(), signal.SIGINT)
        return send(*arguments)

    monkeypatch.setattr(Replay, "__call__", interrupted)
    result = sluice("replay", "--yes")
    assert result.exit_code == 130
    assert "Interrupted: 10 replayed. 4 are unchanged and still in the queue." in result.stdout
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

    client = Environment.client
    monkeypatch.setattr(
        Environment, "client", lambda of, name: NoCloudWatch() if name == "cloudwatch" else client(of, name)
    )
    shown: list[Any] = []
    monkeypatch.setattr(dead, "show", lambda found, *_: shown.append(found))
    yard.bury(*BODIES)
    with pytest.raises(SluiceError) as told:
        sluice(*(word.format(tmp=tmp_path) for word in words), "--yes")
    assert sorted(shown[0][report]) == ["n0", "n1", "n2"]
    assert str(told.value).startswith(
        "The accounting of `sluice status` will lack 3 of these, which could not be counted: "
        "These AWS credentials may not call PutMetricData"
    )


def test_a_terminal_that_is_lost_takes_no_report_along(
    yard: Graveyard, sluice: Sluice, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def hung_up(*_: Any) -> Iterator[Callable[[int], None]]:
        yield lambda _: None
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(dead, "progress_bar", hung_up)
    yard.bury(*BODIES)
    assert sorted(found(sluice("replay", "--yes", "--json"))["replayed"]) == ["n0", "n1", "n2"]
    assert counted(yard, "DeadLettersReplayed") == 3
