"""Processes of competitors: requests, costs, stopping between turns, and termination."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bench import usage
from bench.process import Competitor, CompetitorError, RunningCompetitor

BUSY_HANDLER = """
import time

def handler(event, context):
    ends = time.process_time() + event["seconds"]
    while time.process_time() < ends:
        pass
    print("a line for the log")
    return event["seconds"]
"""

FAILING_HANDLER = """
def handler(event, context):
    raise ValueError("the handler's own message")
"""

MEMFD_HANDLER = """
import os

def handler(event, context):
    memory = os.memfd_create("kept")
    os.write(memory, bytes(64 << 20))
    return os.listdir("/proc/self/fd")
"""

Start = Callable[[str], RunningCompetitor]


@pytest.fixture
def start(tmp_path: Path) -> Start:
    def start(source: str) -> RunningCompetitor:
        (tmp_path / "trial.py").write_text(source)
        competitor = Competitor("trial", "none", Path(sys.executable), "trial:handler", {"PYTHONPATH": str(tmp_path)})
        return RunningCompetitor(competitor, sorted(os.sched_getaffinity(0))[-1:], tmp_path)

    return start


def test_request_returns_reply_and_cost(start: Start) -> None:
    with start(BUSY_HANDLER) as running:
        # Linux counts processor time in ticks of 10 ms, and a start may take less.
        reply, first = running.request({"seconds": 0.2})
        assert reply == 0.2
        assert first.cpu >= 0.15
        reply, cost = running.request({"seconds": 0.5})
    assert reply == 0.5
    assert 0.45 <= cost.cpu <= 2
    assert cost.wall >= 0.45


def test_competitor_runs_on_its_cores(start: Start) -> None:
    with start(BUSY_HANDLER) as running:
        running.request({"seconds": 0.0})
        assert os.sched_getaffinity(running.group) == set(running.cores)
    assert len(os.sched_getaffinity(0)) >= len(running.cores)


def test_competitor_is_stopped_between_turns(start: Start) -> None:
    with start(BUSY_HANDLER) as running:
        with running.resumed():
            running.request({"seconds": 0.0})
        time.sleep(0.05)
        stat = (Path("/proc") / str(running.group) / "stat").read_text()
        assert stat.rpartition(")")[2].split()[0] == "T"
        with running.resumed():
            assert running.request({"seconds": 0.01})[0] == 0.01


def test_failed_competitor_is_named_with_its_last_log_line(start: Start) -> None:
    with (
        start(FAILING_HANDLER) as running,
        pytest.raises(CompetitorError, match=r"trial with none exited: .*own message"),
    ):
        running.request({})


def test_peak_memory_includes_unmapped_memfds(start: Start) -> None:
    with start(MEMFD_HANDLER) as running:
        running.request({})
        before = running.peak_bytes()
        running.request({})
        assert running.peak_bytes() - before >= 60 << 20


def test_stopped_competitor_leaves_no_processes(start: Start) -> None:
    child = "import subprocess\nsubprocess.Popen(['sleep', '60'])\ndef handler(event, context): return None\n"
    with start(child) as running:
        running.request({})
        assert len(usage.list_group(running.group)) == 2
    deadline = time.monotonic() + 5
    while usage.list_group(running.group) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert usage.list_group(running.group) == []
