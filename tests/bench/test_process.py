"""Contestants' processes: asked, counted, stopped while others run, ended with the benchmark."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bench import usage
from bench.process import Contestant, ContestantError, Running

WORKS = """
import time

def handler(event, context):
    ends = time.process_time() + event["seconds"]
    while time.process_time() < ends:
        pass
    print("a line for the log")
    return event["seconds"]
"""

FAILS = """
def handler(event, context):
    raise ValueError("the handler's own words")
"""

KEEPS = """
import os

def handler(event, context):
    memory = os.memfd_create("kept")
    os.write(memory, bytes(64 << 20))
    return os.listdir("/proc/self/fd")
"""

Start = Callable[[str], Running]


@pytest.fixture
def start(tmp_path: Path) -> Start:
    def start(source: str) -> Running:
        (tmp_path / "trial.py").write_text(source)
        contestant = Contestant("trial", "none", Path(sys.executable), "trial", {"PYTHONPATH": str(tmp_path)})
        return Running(contestant, sorted(os.sched_getaffinity(0))[-1:], tmp_path)

    return start


def test_a_contestant_answers_and_its_processor_seconds_are_counted(start: Start) -> None:
    with start(WORKS) as running:
        reply, first = running.ask({"seconds": 0.0})
        assert reply == 0.0
        assert first.cpu > 0
        reply, cost = running.ask({"seconds": 0.5})
    assert reply == 0.5
    assert 0.45 <= cost.cpu <= 2
    assert cost.wall >= 0.45


def test_a_contestant_keeps_to_its_cores(start: Start) -> None:
    with start(WORKS) as running:
        running.ask({"seconds": 0.0})
        assert os.sched_getaffinity(running.group) == set(running.cores)
    assert len(os.sched_getaffinity(0)) >= len(running.cores)


def test_who_has_no_turn_does_nothing(start: Start) -> None:
    with start(WORKS) as running:
        with running.turn():
            running.ask({"seconds": 0.0})
        time.sleep(0.05)
        stat = (Path("/proc") / str(running.group) / "stat").read_text()
        assert stat.rpartition(")")[2].split()[0] == "T"
        with running.turn():
            assert running.ask({"seconds": 0.01})[0] == 0.01


def test_a_contestant_that_fails_is_named_with_its_last_words(start: Start) -> None:
    with start(FAILS) as running, pytest.raises(ContestantError, match=r"trial with none ended: .*own words"):
        running.ask({})


def test_what_lies_in_a_memfd_is_memory_though_nothing_maps_it(start: Start) -> None:
    with start(KEEPS) as running:
        running.ask({})
        one = running.peak_bytes()
        running.ask({})
        assert running.peak_bytes() - one >= 60 << 20


def test_a_contestant_ends_with_all_that_it_started(start: Start) -> None:
    child = "import subprocess\nsubprocess.Popen(['sleep', '60'])\ndef handler(event, context): return None\n"
    with start(child) as running:
        running.ask({})
        assert len(usage.members(running.group)) == 2
    ends = time.monotonic() + 5
    while usage.members(running.group) and time.monotonic() < ends:
        time.sleep(0.01)
    assert usage.members(running.group) == []
