"""Which trace an image belongs to, and what goes on with its result."""

import pytest

from telemetry import trace
from telemetry.trace import Trace

ROOT, PARENT = "1-5759e988-bd862e3fe1be46a994272793", "53995c3f42cd8ad8"
SAMPLED, UNSAMPLED = f"Root={ROOT};Parent={PARENT};Sampled=1", f"Root={ROOT};Parent={PARENT};Sampled=0"
OTHER = f"Root=1-00000000-000000000000000000000000;Parent={PARENT};Sampled="


def called(monkeypatch: pytest.MonkeyPatch, *, sampled: bool) -> None:
    """Let a call be traced, or not."""
    monkeypatch.setenv("_X_AMZN_TRACE_ID", f"{OTHER}{int(sampled)}")


@pytest.mark.parametrize("sampled", [True, False])
def test_a_messages_own_trace_is_continued_as_it_was_decided(sampled: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    called(monkeypatch, sampled=sampled)
    assert trace.of_message(SAMPLED) == Trace(ROOT, PARENT, sampled=True)
    assert trace.of_message(UNSAMPLED) == Trace(ROOT, PARENT, sampled=False)


@pytest.mark.parametrize("open_", [f"Root={ROOT}", f"Root={ROOT};Sampled=?", f"Self=x; Root={ROOT}"])
@pytest.mark.parametrize("sampled", [True, False])
def test_the_call_decides_what_was_left_open(sampled: bool, open_: str, monkeypatch: pytest.MonkeyPatch) -> None:
    called(monkeypatch, sampled=sampled)
    assert trace.of_message(open_) == Trace(ROOT, None, sampled=sampled)


@pytest.mark.parametrize("header", [None, "", "nonsense", 7, "Root=1-x-y;Sampled=1", "Root=;Parent=", "=;=;="])
def test_without_one_an_image_of_a_sampled_call_has_a_trace_of_its_own(
    header: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    called(monkeypatch, sampled=True)
    first, second = (trace.of_message(header) for _ in range(2))
    assert first
    assert second
    assert first.root != second.root
    assert trace.of_message(first.header()) == first
    called(monkeypatch, sampled=False)
    assert trace.of_message(header) is None
    monkeypatch.delenv("_X_AMZN_TRACE_ID")
    assert trace.of_message(header) is None


def test_who_comes_after_a_segment_is_told_of_it_only_when_it_is_kept() -> None:
    assert Trace(ROOT, PARENT, sampled=True).after("a" * 16).header() == f"Root={ROOT};Parent={'a' * 16};Sampled=1"
    assert Trace(ROOT, PARENT, sampled=False).after("a" * 16).header() == UNSAMPLED
    assert Trace(ROOT, None, sampled=False).header() == f"Root={ROOT};Sampled=0"
