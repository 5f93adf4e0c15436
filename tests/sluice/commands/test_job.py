"""`sluice job` submits lists, waits for jobs, and names the job in every error.

The API is a fake one; tests/journeys/test_command_line.py runs real jobs.
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
from sluice.jobs import api as jobs_api
from sluice.jobs import client
from sluice.jobs.progress import Progress
from tests.support.sluice.jobs_api import DROPPED, RUNNING, SUCCEEDED, FakeJobsApi, serve_jobs_api

URL = "https://example.com/1.jpg"
RESUME = "resume with `sluice job follow job --env local`."

Output = tuple[int, str, str]


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeJobsApi]:
    """A fake API that accepts every list, and whose jobs are running until a test changes that."""
    with serve_jobs_api() as fake:
        for name, value in (
            ("AWS_ACCESS_KEY_ID", "k"),
            ("AWS_SECRET_ACCESS_KEY", "s"),
            ("AWS_DEFAULT_REGION", "eu-west-1"),
            ("AWS_CONFIG_FILE", str(tmp_path / "none")),
            ("AWS_ENDPOINT_URL", fake.url),
            ("no_proxy", "127.0.0.1"),
        ):
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(jobs_api, "_FIRST_PAUSE", 0.001)
        monkeypatch.setattr(jobs_api, "_LONGEST_PAUSE", 0.001)
        monkeypatch.setattr(client, "sleep", lambda _: None)
        monkeypatch.setattr(job, "read_progress", lambda *_: Progress())
        environment = Environment("local")
        environment.outputs = {"jobs": {"api": fake.url}}
        monkeypatch.setattr(Environment, "open", lambda _: environment)
        yield fake


@pytest.fixture
def sluice(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Output]:
    """Runs `sluice`; returns its exit code, standard output and standard error."""

    def run(*arguments: str) -> Output:
        monkeypatch.setattr(sys, "argv", ["sluice", *arguments])
        with pytest.raises(SystemExit) as exit_:
            cli.main()
        code = exit_.value.code
        assert isinstance(code, int)
        return code, *capsys.readouterr()

    return run


@pytest.mark.parametrize(
    ("arguments", "body"),
    [
        ([URL], {"urls": [URL]}),
        ([URL, URL, "--model", "pets", "--top", "1"], {"urls": [URL, URL], "model": "pets", "top": 1}),
        (["s3://lists/all.csv", "--name", "all"], {"source": "s3://lists/all.csv", "name": "all"}),
    ],
)
def test_submit_posts_arguments(arguments: list[str], body: dict[str, Any], api: FakeJobsApi) -> None:
    result = CliRunner().invoke(app, ["job", "submit", *arguments, "--json"])
    (posted,) = api.posted
    assert result.exit_code == 0
    assert json.loads(result.output) == {"id": posted["name"], "status": "running"}
    assert posted == {"name": posted["name"]} | body


def test_submit_posts_a_file(api: FakeJobsApi, tmp_path: Path) -> None:
    (tmp_path / "list").write_text(f"# two\n{URL}?1\n{URL}?2\n")
    result = CliRunner().invoke(app, ["job", "submit", "--name", "job", "--file", str(tmp_path / "list")])
    assert result.output == "Job job started. Wait for it with `sluice job follow job --env local`.\n"
    assert api.posted == [{"urls": [f"{URL}?1", f"{URL}?2"], "name": "job"}]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (['{"url": "x"}'], "Line 1 is JSON, but the list of a job has only addresses"),
        ([URL] * 1001, "The list has more than 1,000 addresses: upload it to an image bucket"),
    ],
)
def test_submit_refuses_invalid_lists(lines: list[str], message: str, api: FakeJobsApi) -> None:
    result = CliRunner().invoke(app, ["job", "submit"], input="\n".join(lines))
    assert message in str(result.exception)
    assert api.posted == []


@pytest.mark.parametrize("response", [DROPPED, (503, {"message": "Overloaded."}), (429, {"message": "Too many."})])
def test_submit_retries_under_the_same_name(response: Any, api: FakeJobsApi) -> None:
    api.posts = [response, response, (202, {"id": "job"})]
    result = CliRunner().invoke(app, ["job", "submit", URL])
    assert result.exit_code == 0
    assert "Retrying the API for up to 1 min" in result.stderr
    assert len(api.posted) == 3
    assert len({posted["name"] for posted in api.posted}) == 1


@pytest.mark.parametrize("response", [DROPPED, (500, {"message": "Broken."})])
def test_submit_uncertain_failure_names_the_job(
    response: Any, api: FakeJobsApi, sluice: Callable[..., Output], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sluice.jobs.client._SUBMIT_TIMEOUT", 0)
    api.posts = [response]
    code, _, err = sluice("job", "submit", URL, "--json")
    failure, name = json.loads(err), api.posted[0]["name"]
    assert code == 1
    assert failure["id"] == name
    assert f"Job {name} may have been started: check with `sluice job follow {name} --env local`." in failure["error"]


def test_submit_refused_list_names_no_job(api: FakeJobsApi, sluice: Callable[..., Output]) -> None:
    api.posts = [(409, {"message": "The name is taken; choose another one."})]
    assert sluice("job", "submit", URL, "--json") == (
        1, "", '{"error": "The API returned 409: The name is taken; choose another one."}\n',
    )  # fmt: skip


def test_submit_wait_prints_the_id_first(api: FakeJobsApi, sluice: Callable[..., Output]) -> None:
    api.gets = [RUNNING, SUCCEEDED]
    code, out, err = sluice("job", "submit", URL, "--name", "job", "--wait")
    assert code == 0
    assert out == '{"n":1}\n'
    assert err == f"Job job started. If you stop this command, {RESUME}\n"


def test_follow_continues_after_temporary_errors(api: FakeJobsApi, sluice: Callable[..., Output]) -> None:
    api.gets = [
        RUNNING,
        (502, "<html>"),
        DROPPED,
        (429, {"message": "Too Many Requests"}),
        (503, ""),
        RUNNING,
        SUCCEEDED,
    ]
    code, _, err = sluice("job", "follow", "job")
    assert code == 0
    assert err == "Retrying the API for up to 5 min: The API returned 502: <html>.\n"
    assert api.gets_received == 7


@pytest.mark.parametrize(("response", "message"), [((502, "<html>"), "returned 502: <html>."), (DROPPED, "be reached")])
def test_follow_lasting_error_names_the_job(
    response: Any, message: str, api: FakeJobsApi, sluice: Callable[..., Output], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sluice.jobs.client._READ_TIMEOUT", 0.1)
    api.gets = [RUNNING, response]
    code, _, err = sluice("job", "submit", URL, "--name", "job", "--wait", "--json")
    failure = json.loads(err.splitlines()[-1])
    assert code == 1
    assert failure["id"] == "job"
    assert message in failure["error"]
    assert failure["error"].endswith(f"Job job continues to run: {RESUME}")


@pytest.mark.parametrize(
    ("sts_error", "message"),
    [
        ("ExpiredToken", "The AWS credentials have expired: log in again"),
        (None, "may not call it: ask for the policy sluice-<env>-operate"),
    ],
)
def test_follow_forbidden_distinguishes_expired_credentials(
    sts_error: str | None, message: str, api: FakeJobsApi, sluice: Callable[..., Output]
) -> None:
    api.gets, api.sts_error = [RUNNING, (403, {"message": "Forbidden"})], sts_error
    code, _, err = sluice("job", "follow", "job")
    assert code == 1
    assert message in err
    assert RESUME in err
    assert ("policy" in err) == (sts_error is None)


def test_interrupt_names_the_job(
    api: FakeJobsApi, sluice: Callable[..., Output], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(client, "sleep", interrupt)
    code, _, err = sluice("job", "submit", URL, "--name", "job", "--wait", "--json")
    failure = json.loads(err.splitlines()[-1])
    assert code == 130
    assert failure["id"] == "job"
    assert api.gets_received == 1
    assert failure["error"] == f"Interrupted. Job job continues to run: {RESUME}"


def test_submit_wait_unreadable_results_can_be_fetched(api: FakeJobsApi, sluice: Callable[..., Output]) -> None:
    api.gets = [(200, SUCCEEDED[1] | {"results": "s3://none/jobs/job/results/"})]  # a bucket that does not exist
    code, _, err = sluice("job", "submit", URL, "--name", "job", "--wait", "--json")
    failure = json.loads(err.splitlines()[-1])
    assert code == 1
    assert failure["id"] == "job"
    assert failure["error"].endswith("Job job has ended: print its answers with `sluice job fetch job --env local`.")


def test_follow_failed_job_is_final(api: FakeJobsApi, sluice: Callable[..., Output]) -> None:
    api.gets = [(200, {"id": "job", "status": "failed", "reason": "It was stopped."})]
    assert sluice("job", "follow", "job", "--json") == (
        1, "", '{"error": "Job job failed: It was stopped.", "id": "job"}\n',
    )  # fmt: skip
