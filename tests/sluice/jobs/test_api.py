"""Calls to the jobs' API go where boto3's own would: through a proxy, and trusting whom a profile trusts."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from botocore.exceptions import SSLError

from localcloud import LocalCloud
from sluice.jobs import api


@pytest.fixture(autouse=True)
def shell(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Credentials and a region, and no proxies."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        for written in (name, name.upper()):
            monkeypatch.delenv(written, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "k")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))


@contextmanager
def host(status: int) -> Iterator[tuple[str, list[str]]]:
    """An address that answers with a status, and what it was asked for."""
    asked: list[str] = []

    class Host(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Host) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join()


def test_a_proxy_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with host(200) as (proxy, asked):
        monkeypatch.setenv("http_proxy", proxy)
        assert api.call("GET", "http://api.invalid/jobs/x").status == 200
    assert asked == ["http://api.invalid/jobs/x"]


def test_but_not_for_what_goes_without(monkeypatch: pytest.MonkeyPatch) -> None:
    with host(502) as (proxy, proxied), host(200) as (address, asked):
        monkeypatch.setenv("http_proxy", proxy)
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        assert api.call("GET", f"{address}/jobs/x").status == 200
    assert (asked, proxied) == (["/jobs/x"], [])


def test_whom_the_profile_trusts_is_trusted(cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("AWS_CA_BUNDLE")
    with pytest.raises(SSLError):
        api.call_with_retries("GET", cloud.endpoint, timeout=60)  # at once: waiting would change nothing
    (tmp_path / "config").write_text(f"[default]\nca_bundle = {cloud.environment()['AWS_CA_BUNDLE']}\n")
    assert api.call("GET", f"{cloud.endpoint}/").status


def test_an_answer_that_is_no_object_is_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    class Odd:
        status_code, content = 200, b"[]"

    monkeypatch.setattr("botocore.httpsession.URLLib3Session.send", lambda *_: Odd())
    assert api.call("GET", "http://api.invalid/").body == {"message": "[]"}
