"""A segment per image in the trace of its message, and the trace header of its result."""

import json
from collections.abc import Callable, Iterator
from types import ModuleType

import pytest

from inference.errors import SourceUnavailableError
from jobs.request import JobRequest
from jobs.saved_request import save_request
from jobs.store import JobStore
from tests.lambdas.handlers.conftest import Context, Pipeline
from tests.support.lambdas.http_server import HttpServer, status
from tests.support.lambdas.xray_daemon import CALL, PARENT, ROOT, SAMPLED_CALL, XRayDaemon, add_trace_header

Load = Callable[..., ModuleType]


@pytest.fixture
def daemon(monkeypatch: pytest.MonkeyPatch) -> Iterator[XRayDaemon]:
    """A daemon beside a sampled call."""
    daemon = XRayDaemon()
    monkeypatch.setenv("AWS_XRAY_DAEMON_ADDRESS", daemon.address)
    monkeypatch.setenv("_X_AMZN_TRACE_ID", SAMPLED_CALL)
    yield daemon
    daemon.close()


def test_image_continues_its_trace_and_result_carries_it(
    load: Load, pipeline: Pipeline, site: HttpServer, daemon: XRayDaemon
) -> None:
    bodies = [json.dumps({"id": f"i{n}", "url": site.url(f"/{n}")}) for n in range(2)]
    event = add_trace_header(pipeline.receive(*bodies), f"Root={ROOT};Parent={PARENT};Sampled=1")
    del event["Records"][1]["attributes"]["AWSTraceHeader"]
    load("worker").handler(event, Context())
    segments = daemon.receive_segments()
    assert (segments["i0"]["trace_id"], segments["i0"]["parent_id"]) == (ROOT, PARENT)
    assert segments["i1"]["trace_id"] not in (ROOT, CALL)
    assert [step["name"] for step in segments["i0"]["subsegments"]] == ["fetch", "decode", "infer"]
    assert segments["i0"]["annotations"]["outcome"] == "predicted"
    times = [segments["i0"]["start_time"], *(step["end_time"] for step in segments["i0"]["subsegments"])]
    assert times == sorted(times)
    messages = pipeline.sqs.receive_message(
        QueueUrl=pipeline.predictions, MaxNumberOfMessages=10, MessageSystemAttributeNames=["AWSTraceHeader"]
    )["Messages"]
    headers = {json.loads(message["Body"])["id"]: message["Attributes"]["AWSTraceHeader"] for message in messages}
    assert headers == {
        id_: f"Root={segment['trace_id']};Parent={segment['id']};Sampled=1" for id_, segment in segments.items()
    }


def test_unsampled_trace_has_no_segment(load: Load, pipeline: Pipeline, site: HttpServer, daemon: XRayDaemon) -> None:
    event = add_trace_header(pipeline.receive(site.url("/1")), f"Root={ROOT};Parent={PARENT};Sampled=0")
    load("worker").handler(event, Context())
    assert daemon.receive_segments() == {}
    assert len(pipeline.receive_results()) == 1


@pytest.mark.parametrize("address", ["", "nowhere", "127.0.0.1:0", "no.such.host.invalid:2000", "127.0.0.1:99999"])
def test_unreachable_daemon_fails_no_image(
    address: str, load: Load, pipeline: Pipeline, site: HttpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", SAMPLED_CALL)
    monkeypatch.setenv("AWS_XRAY_DAEMON_ADDRESS", address)
    assert load("worker").handler(pipeline.receive(site.url("/1")), Context()) == {"batchItemFailures": []}
    assert len(pipeline.receive_results()) == 1


def test_job_item_has_segment_in_the_trace_of_its_call(
    load: Load,
    site: HttpServer,
    store: JobStore,
    job: str,
    daemon: XRayDaemon,
) -> None:
    site.routes["/away"] = status(503)
    save_request(store, job, JobRequest(5, (site.url("/1"), site.url("/away"))))
    items = load("split").handler({"job": job}, Context())["items"]
    classify = load("classify")
    classify.handler({"job": job, "index": 0, "byte_range": items[0]}, Context())
    with pytest.raises(SourceUnavailableError):
        classify.handler({"job": job, "index": 1, "byte_range": items[1]}, Context())
    segments = daemon.receive_segments()
    assert {segment["trace_id"] for segment in segments.values()} == {CALL}
    assert {id_: segment["annotations"]["outcome"] for id_, segment in segments.items()} == {
        f"{job}/0": "predicted",
        f"{job}/1": "retry_scheduled",
    }
    assert segments[f"{job}/1"]["fault"] is True
    assert "fault" not in segments[f"{job}/0"]
