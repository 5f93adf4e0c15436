"""`sluice job`: what is posted for what was typed, and what is told when it cannot be followed to its end.

tests/journeys/test_command_line.py has real jobs.
"""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sluice import cli
from sluice.cli import app
from sluice.commands import job
from sluice.environment import Environment
from sluice.jobs import api as calls
from sluice.jobs import client
from sluice.jobs.progress import Progress
from tests.support.sluice.scripted_api import DONE, DROPPED, RUNNING, ScriptedApi, scripted

URL = "https://example.com/1.jpg"
GO_ON = "resume with `sluice job follow job --env local`."

Ended = tuple[int, str, str]


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ScriptedApi]:
    """A jobs API that takes every list, and whose jobs run until it is told otherwise."""
    with scripted() as running:
        for name, value in (
            ("AWS_ACCESS_KEY_ID", "k"),
            ("AWS_SECRET_ACCESS_KEY", "s"),
            ("AWS_DEFAULT_REGION", "eu-west-1"),
            ("AWS_CONFIG_FILE", str(tmp_path / "none")),
            ("AWS_ENDPOINT_URL", running.url),
            ("no_proxy", "127.0.0.1"),
        ):
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(calls, "_FIRST_PAUSE", 0.001)
        monkeypatch.setattr(calls, "_LONGEST_PAUSE", 0.001)
        monkeypatch.setattr(client, "sleep", lambda _: None)
        monkeypatch.setattr(job, "read_progress", lambda *_: Progress())
        deployed = Environment("local")
        deployed.outputs = {"jobs": {"api": running.url}}
        monkeypatch.setattr(Environment, "open", lambda _: deployed)
        yield running


@pytest.fixture
def sluice(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """Exit code, standard output and standard error of `sluice ...`, as its main function leaves them."""

    def run(*typed: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["sluice", *typed])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        code = ended.value.code
        assert isinstance(code, int)
        return code, *capsys.readouterr()

    return run


@pytest.mark.parametrize(
    ("typed", "body"),
    [
        ([URL], {"urls": [URL]}),
        ([URL, URL, "--model", "pets", "--top", "1"], {"urls": [URL, URL], "model": "pets", "top": 1}),
        (["s3://lists/all.csv", "--name", "all"], {"source": "s3://lists/all.csv", "name": "all"}),
    ],
)
def test_a_job_is_what_was_typed(typed: list[str], body: dict[str, Any], api: ScriptedApi) -> None:
    result = CliRunner().invoke(app, ["job", "submit", *typed, "--json"])
    (posted,) = api.posted
    assert (result.exit_code, json.loads(result.output)) == (0, {"id": posted["name"], "status": "running"})
    assert posted == {"name": posted["name"]} | body


def test_a_file_is_a_list(api: ScriptedApi, tmp_path: Path) -> None:
    (tmp_path / "list").write_text(f"# two\n{URL}?1\n{URL}?2\n")
    result = CliRunner().invoke(app, ["job", "submit", "--name", "job", "--file", str(tmp_path / "list")])
    assert result.output == "Job job started. Wait for it with `sluice job follow job --env local`.\n"
    assert api.posted == [{"urls": [f"{URL}?1", f"{URL}?2"], "name": "job"}]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (['{"url": "x"}'], "Line 1 is JSON, but the list of a job has only addresses"),
        ([URL] * 1001, "The list has more than 1,000 addresses: upload it to an image bucket"),
    ],
)
def test_what_is_no_list_is_not_posted(lines: list[str], words: str, api: ScriptedApi) -> None:
    result = CliRunner().invoke(app, ["job", "submit"], input="\n".join(lines))
    assert words in str(result.exception)
    assert api.posted == []


@pytest.mark.parametrize("lost", [DROPPED, (503, {"message": "Overloaded."}), (429, {"message": "Too many."})])
def test_a_list_whose_answer_is_lost_is_posted_again_under_its_name(lost: Any, api: ScriptedApi) -> None:
    api.posts = [lost, lost, (202, {"id": "job"})]
    result = CliRunner().invoke(app, ["job", "submit", URL])
    assert result.exit_code == 0
    assert "Retrying the API for up to 1 min" in result.stderr
    assert len(api.posted) == 3
    assert len({posted["name"] for posted in api.posted}) == 1


@pytest.mark.parametrize("lost", [DROPPED, (500, {"message": "Broken."})])
def test_a_list_of_which_nobody_knows_whether_it_was_taken_has_an_id(
    lost: Any, api: ScriptedApi, sluice: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sluice.jobs.client._SUBMIT_TIMEOUT", 0)
    api.posts = [lost]
    code, _, err = sluice("job", "submit", URL, "--json")
    told, name = json.loads(err), api.posted[0]["name"]
    assert (code, told["id"]) == (1, name)
    assert f"Job {name} may have been started: check with `sluice job follow {name} --env local`." in told["error"]


def test_a_list_that_is_refused_has_none(api: ScriptedApi, sluice: Callable[..., Ended]) -> None:
    api.posts = [(409, {"message": "The name is taken; choose another one."})]
    assert sluice("job", "submit", URL, "--json") == (
        1, "", '{"error": "The API returned 409: The name is taken; choose another one."}\n',
    )  # fmt: skip


def test_whoever_waits_is_told_the_id_first(api: ScriptedApi, sluice: Callable[..., Ended]) -> None:
    api.gets = [RUNNING, DONE]
    code, out, err = sluice("job", "submit", URL, "--name", "job", "--wait")
    assert (code, out) == (0, '{"n":1}\n')
    assert err == f"Job job started. If you stop this command, {GO_ON}\n"


def test_a_fault_that_passes_ends_no_wait(api: ScriptedApi, sluice: Callable[..., Ended]) -> None:
    api.gets = [RUNNING, (502, "<html>"), DROPPED, (429, {"message": "Too Many Requests"}), (503, ""), RUNNING, DONE]
    code, _, err = sluice("job", "follow", "job")
    assert code == 0
    assert err == "Retrying the API for up to 5 min: The API returned 502: <html>.\n"
    assert api.asked == 7


@pytest.mark.parametrize(("fault", "words"), [((502, "<html>"), "returned 502: <html>."), (DROPPED, "be reached")])
def test_one_that_does_not_pass_names_the_job(
    fault: Any, words: str, api: ScriptedApi, sluice: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sluice.jobs.client._READ_TIMEOUT", 0.1)
    api.gets = [RUNNING, fault]
    code, _, err = sluice("job", "submit", URL, "--name", "job", "--wait", "--json")
    told = json.loads(err.splitlines()[-1])
    assert (code, told["id"]) == (1, "job")
    assert words in told["error"]
    assert told["error"].endswith(f"Job job continues to run: {GO_ON}")


@pytest.mark.parametrize(
    ("credentials", "words"),
    [
        ("ExpiredToken", "The AWS credentials have expired: log in again"),
        (None, "may not call it: ask for the policy sluice-<env>-operate"),
    ],
)
def test_credentials_that_expire_are_told_from_those_that_may_not(
    credentials: str | None, words: str, api: ScriptedApi, sluice: Callable[..., Ended]
) -> None:
    api.gets, api.credentials = [RUNNING, (403, {"message": "Forbidden"})], credentials
    code, _, err = sluice("job", "follow", "job")
    assert code == 1
    assert words in err
    assert GO_ON in err
    assert ("policy" in err) == (credentials is None)


def test_ctrl_c_names_the_job(api: ScriptedApi, sluice: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(client, "sleep", interrupted)
    code, _, err = sluice("job", "submit", URL, "--name", "job", "--wait", "--json")
    told = json.loads(err.splitlines()[-1])
    assert (code, told["id"], api.asked) == (130, "job", 1)
    assert told["error"] == f"Interrupted. Job job continues to run: {GO_ON}"


def test_answers_that_cannot_be_printed_can_be_fetched(api: ScriptedApi, sluice: Callable[..., Ended]) -> None:
    api.gets = [(200, DONE[1] | {"results": "s3://none/jobs/job/results/"})]  # of which this S3 knows nothing
    code, _, err = sluice("job", "submit", URL, "--name", "job", "--wait", "--json")
    told = json.loads(err.splitlines()[-1])
    assert (code, told["id"]) == (1, "job")
    assert told["error"].endswith("Job job has ended: print its answers with `sluice job fetch job --env local`.")


def test_a_job_that_failed_is_followed_no_further(api: ScriptedApi, sluice: Callable[..., Ended]) -> None:
    api.gets = [(200, {"id": "job", "status": "failed", "reason": "It was stopped."})]
    assert sluice("job", "follow", "job", "--json") == (
        1, "", '{"error": "Job job failed: It was stopped.", "id": "job"}\n',
    )  # fmt: skip
