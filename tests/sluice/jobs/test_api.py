"""Calls to the API of jobs use the same proxies and certificate authorities as boto3."""

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
def credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Set credentials and a region, and no proxies."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        for spelling in (name, name.upper()):
            monkeypatch.delenv(spelling, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "k")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))


@contextmanager
def serve_status(status: int) -> Iterator[tuple[str, list[str]]]:
    """Serve responses with a status; yields the URL and the list of requested paths."""
    paths: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", paths
        server.shutdown()
        thread.join()


def test_call_uses_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with serve_status(200) as (proxy, paths):
        monkeypatch.setenv("http_proxy", proxy)
        assert api.call("GET", "http://api.invalid/jobs/x").status == 200
    assert paths == ["http://api.invalid/jobs/x"]


def test_call_respects_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with serve_status(502) as (proxy, proxy_paths), serve_status(200) as (url, paths):
        monkeypatch.setenv("http_proxy", proxy)
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        assert api.call("GET", f"{url}/jobs/x").status == 200
    assert paths == ["/jobs/x"]
    assert proxy_paths == []


def test_call_trusts_the_profiles_ca_bundle(cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("AWS_CA_BUNDLE")
    with pytest.raises(SSLError):
        api.call_with_retries("GET", cloud.endpoint, timeout=60)  # without a retry, which would change nothing
    (tmp_path / "config").write_text(f"[default]\nca_bundle = {cloud.environment()['AWS_CA_BUNDLE']}\n")
    assert api.call("GET", f"{cloud.endpoint}/").status


def test_call_body_that_is_not_an_object_becomes_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    class ListResponse:
        status_code, content = 200, b"[]"

    monkeypatch.setattr("botocore.httpsession.URLLib3Session.send", lambda *_: ListResponse())
    assert api.call("GET", "http://api.invalid/").body == {"message": "[]"}
