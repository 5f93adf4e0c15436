"""`sluice send` sends arguments, files and standard input."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sluice.cli import app
from tests.sluice.commands.conftest import CloudTerminal

URL = "https://example.com/1.jpg"


def test_send_addresses_and_tasks(terminal: CloudTerminal) -> None:
    task = '{"url": "x", "model": "cats", "top": 1}'
    process = terminal.run("send", URL, task, "--model", "pets", "--top", "2")
    assert process.stdout == "2 tasks were sent; `sluice results` shows the answers.\n"
    assert process.stderr == ""
    expected = [json.dumps({"url": URL, "model": "pets", "top": 2}), task]
    assert sorted(terminal.take_bodies("images")) == sorted(expected)


def test_send_standard_input(terminal: CloudTerminal) -> None:
    process = terminal.run("send", "--json", stdin=f"# two\n{URL}?a\n\n{URL}?b\n")
    assert json.loads(process.stdout) == {"sent": 2}
    assert sorted(terminal.take_bodies("images")) == [f"{URL}?a", f"{URL}?b"]


def test_send_file_is_checked_before_the_first_task_is_sent(terminal: CloudTerminal, tmp_path: Path) -> None:
    file = tmp_path / "tasks.jsonl"
    file.write_text(f'{URL}\n{{"url": "{URL}", "top": 0}}\n')
    process = terminal.run("send", "--file", str(file), "--json", code=1)
    error = json.loads(process.stderr)["error"]
    assert error.startswith('Line 2 is not a valid task: In the task, "top" must be')
    assert process.stdout == ""
    assert terminal.take_bodies("images") == []
    terminal.run("send", "--file", str(file), "--lines", "3-", code=1)


def test_send_pipe_stops_at_invalid_line_and_can_be_resumed(terminal: CloudTerminal) -> None:
    lines = [f"{URL}?{n}\n" for n in range(1, 100)]
    process = terminal.run("send", "--json", stdin="".join([*lines, "{broken\n", URL]), code=1)
    failure = json.loads(process.stderr)
    assert failure["sent"] == 80
    assert failure["lines"] == "81-"
    assert failure["error"].startswith("Line 100 is not a valid task: The task begins like JSON")
    corrected = "".join([*lines, f"{URL}?100\n"])
    resumed = terminal.run("send", "--json", "--lines", "81-", stdin=corrected)
    assert json.loads(resumed.stdout) == {"sent": 20}
    assert sorted(terminal.take_bodies("images")) == sorted(f"{URL}?{n}" for n in range(1, 101))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((URL, "--file", "x"), "Use addresses or --file, not both."),
        ((URL, "--lines", "one"), 'Invalid line numbers "one"'),
        ((URL, "--top", "101"), "less than or equal to 100"),
    ],
)
def test_send_wrong_usage_exits_with_2(arguments: tuple[str, ...], message: str) -> None:
    result = CliRunner().invoke(app, ["send", *arguments])
    assert result.exit_code == 2
    assert message in " ".join(result.output.replace("│", " ").split())


def test_send_missing_file_and_empty_input_fail(terminal: CloudTerminal) -> None:
    assert terminal.run("send", "--file", "/no/such", code=1).stderr == "/no/such: No such file or directory.\n"
    assert "The input has no tasks" in terminal.run("send", stdin="# nothing\n", code=1).stderr
