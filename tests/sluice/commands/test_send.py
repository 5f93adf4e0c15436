"""`sluice send`: what goes out for what was typed, piped or written into a file."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sluice.cli import app
from tests.sluice.commands.conftest import Bare

URL = "https://example.com/1.jpg"


def test_addresses_and_tasks(terminal: Bare) -> None:
    mine = '{"url": "x", "model": "cats", "top": 1}'
    sent = terminal.run("send", URL, mine, "--model", "pets", "--top", "2")
    assert (sent.stdout, sent.stderr) == ("2 tasks were sent; `sluice results` shows the answers.\n", "")
    assert sorted(terminal.bodies("images")) == sorted([json.dumps({"url": URL, "model": "pets", "top": 2}), mine])


def test_what_is_piped_in(terminal: Bare) -> None:
    sent = terminal.run("send", "--json", given=f"# two\n{URL}?a\n\n{URL}?b\n")
    assert json.loads(sent.stdout) == {"sent": 2}
    assert sorted(terminal.bodies("images")) == [f"{URL}?a", f"{URL}?b"]


def test_a_file_is_checked_whole_before_anything_is_sent(terminal: Bare, tmp_path: Path) -> None:
    file = tmp_path / "tasks.jsonl"
    file.write_text(f'{URL}\n{{"url": "{URL}", "top": 0}}\n')
    told = terminal.run("send", "--file", str(file), "--json", code=1)
    assert json.loads(told.stderr)["error"].startswith('Line 2 is not a valid task: In the task, "top" must be')
    assert (told.stdout, terminal.bodies("images")) == ("", [])
    terminal.run("send", "--file", str(file), "--lines", "3-", code=1)


def test_of_a_pipe_the_first_line_that_is_no_task_stops_and_is_named(terminal: Bare) -> None:
    lines = [f"{URL}?{n}\n" for n in range(1, 100)]
    told = terminal.run("send", "--json", given="".join([*lines, "{broken\n", URL]), code=1)
    failed = json.loads(told.stderr)
    assert (failed["sent"], failed["lines"]) == (80, "81-")
    assert failed["error"].startswith("Line 100 is not a valid task: The task begins like JSON")
    mended = "".join([*lines, f"{URL}?100\n"])
    assert json.loads(terminal.run("send", "--json", "--lines", "81-", given=mended).stdout) == {"sent": 20}
    assert sorted(terminal.bodies("images")) == sorted(f"{URL}?{n}" for n in range(1, 101))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ((URL, "--file", "x"), "Use addresses or --file, not both."),
        ((URL, "--lines", "one"), 'Invalid line numbers "one"'),
        ((URL, "--top", "101"), "less than or equal to 100"),
    ],
)
def test_wrong_usage_ends_with_2(typed: tuple[str, ...], words: str) -> None:
    told = CliRunner().invoke(app, ["send", *typed])
    assert told.exit_code == 2
    assert words in " ".join(told.output.replace("│", " ").split())


def test_a_file_that_is_not_there_and_an_empty_one(terminal: Bare) -> None:
    assert terminal.run("send", "--file", "/no/such", code=1).stderr == "/no/such: No such file or directory.\n"
    assert "The input has no tasks" in terminal.run("send", given="# nothing\n", code=1).stderr
