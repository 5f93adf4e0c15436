"""`sluice job`: what is posted for what was typed; tests/journeys/test_command_line.py has real jobs."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from typer.testing import CliRunner

from ops.__main__ import app
from ops.deployed import Deployed

URL = "https://example.com/1.jpg"


@pytest.fixture
def posted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """What is posted to a jobs API that takes every list."""
    bodies: list[Any] = []

    class Api(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(202)
            self.end_headers()
            self.wfile.write(json.dumps({"id": "job"}).encode())

        def do_GET(self) -> None:
            self.send_response(502)
            self.end_headers()
            self.wfile.write(b"<html>")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    for name, value in (
        ("AWS_ACCESS_KEY_ID", "k"),
        ("AWS_SECRET_ACCESS_KEY", "s"),
        ("AWS_DEFAULT_REGION", "eu-west-1"),
    ):
        monkeypatch.setenv(name, value)
    with ThreadingHTTPServer(("127.0.0.1", 0), Api) as server:
        deployed = Deployed("local")
        deployed.outputs = {"jobs": {"api": f"http://127.0.0.1:{server.server_port}"}}
        monkeypatch.setattr(Deployed, "open", lambda _: deployed)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield bodies
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("typed", "body"),
    [
        ([URL], {"urls": [URL]}),
        ([URL, URL, "--model", "pets", "--top", "1"], {"urls": [URL, URL], "model": "pets", "top": 1}),
        (["s3://lists/all.csv", "--name", "all"], {"source": "s3://lists/all.csv", "name": "all"}),
    ],
)
def test_a_job_is_what_was_typed(typed: list[str], body: dict[str, Any], posted: list[Any]) -> None:
    result = CliRunner().invoke(app, ["job", "submit", *typed, "--json"])
    assert (result.exit_code, json.loads(result.output)) == (0, {"id": "job", "status": "running"})
    assert posted == [body]


def test_a_file_is_a_list(posted: list[Any], tmp_path: Path) -> None:
    (tmp_path / "list").write_text(f"# two\n{URL}?1\n{URL}?2\n")
    result = CliRunner().invoke(app, ["job", "submit", "--file", str(tmp_path / "list")])
    assert result.output == "The job job runs: `sluice job follow job --env local`.\n"
    assert posted == [{"urls": [f"{URL}?1", f"{URL}?2"]}]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (['{"url": "x"}'], "Line 1 is JSON, but a job's list has addresses only"),
        ([URL] * 1001, "The list has more than 1,000 addresses: put it into an image bucket"),
    ],
)
def test_what_is_no_list_is_not_posted(lines: list[str], words: str, posted: list[Any]) -> None:
    result = CliRunner().invoke(app, ["job", "submit"], input="\n".join(lines))
    assert words in str(result.exception)
    assert posted == []


def test_an_answer_that_is_not_of_the_api_is_told_with_its_status(posted: list[Any]) -> None:
    result = CliRunner().invoke(app, ["job", "follow", "job"])
    assert str(result.exception) == "The API answered 502: <html>"
    assert posted == []
