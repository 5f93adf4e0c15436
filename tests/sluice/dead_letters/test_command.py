"""`sluice dead` as people and programs call it."""

import json
import os
import pty
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from sluice.commands import console
from sluice.errors import SluiceError
from tests.sluice.dead_letters.conftest import BODIES, Graveyard, Sluice, counted, found


def test_a_list_for_people_and_one_for_programs(yard: Graveyard, sluice: Sluice) -> None:
    (name,) = yard.bury(BODIES[0])
    yard.log(message="Retry scheduled", message_id=name, code="source_unavailable", reason="The host [503] is away.")
    shown = sluice("list").stdout
    assert "n0" in shown
    assert "The host [503] is away." in shown
    assert "1 dead letter (1 source_unavailable)." in shown
    assert "example.org" not in shown  # an address may hold a secret
    (listed,) = found(sluice("list", "--json", "--code", "source_unavailable"))["dead_letters"]
    assert (listed["id"], listed["message_id"], listed["body"]) == ("n0", name, BODIES[0])
    assert found(sluice("list", "--json", "--code", "unknown")) == {"dead_letters": [], "warnings": []}


def test_show_tells_body_and_log_whole(yard: Graveyard, sluice: Sluice) -> None:
    (name,) = yard.bury(BODIES[0])
    line = {"message": "Retry scheduled", "message_id": name, "id": "n0", "code": "out_of_time", "receives": 5}
    yard.log(**line)
    yard.log(**line | {"message_id": "another", "id": "n1"})
    for word in ("n0", name):
        (shown,) = found(sluice("show", word, "--json"))["dead_letters"]
        assert (shown["body"], shown["log"]) == (BODIES[0], [line])
    assert BODIES[0] in sluice("show", "n0").stdout
    with pytest.raises(SluiceError, match="No dead letter has the ID lunch: `sluice dead list --env local` lists"):
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
    assert "2 were replayed before and failed again, so they are skipped; --again includes them." in second.stderr
    assert found(second)["replayed"] == ["n2"]
    assert sorted(found(second)["skipped"]) == ["n0", "n1"]
    again = found(sluice("replay", "--again", "--limit", "1", "--yes", "--json"))
    assert again["replayed"] == ["n0"]
    assert {message["MessageAttributes"]["replays"]["StringValue"] for message in yard.received(yard.images)} == {
        "1", "2",
    }  # fmt: skip


def test_a_drop_wants_to_know_which(yard: Graveyard, sluice: Sluice) -> None:
    yard.bury(*BODIES)
    result = sluice("drop", "--yes")
    assert result.exit_code == 2
    assert yard.bodies(yard.dead) == BODIES


def test_dropped_letters_are_added_to_a_file_of_their_own(yard: Graveyard, sluice: Sluice, tmp_path: Path) -> None:
    yard.bury(*BODIES)
    file = tmp_path / "dropped.jsonl"
    assert found(sluice("drop", "--id", "n0", "--to", str(file), "--yes", "--json"))["dropped"] == ["n0"]
    assert "2 dropped and written to" in sluice("drop", "--all", "--to", str(file), "--yes").stdout
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
    assert 'Invalid duration "' + written in result.output


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
    console.confirm("Send?", yes=False)
    os.write(terminal, b"n\n")
    with pytest.raises(typer.Abort):
        console.confirm("Send?", yes=False)
