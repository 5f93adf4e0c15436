"""The trace that an image belongs to, and the header sent with its result."""

import pytest

from telemetry.trace import Trace

ROOT, PARENT = "1-5759e988-bd862e3fe1be46a994272793", "53995c3f42cd8ad8"
SAMPLED, UNSAMPLED = f"Root={ROOT};Parent={PARENT};Sampled=1", f"Root={ROOT};Parent={PARENT};Sampled=0"
CALL = f"Root=1-00000000-000000000000000000000000;Parent={PARENT};Sampled="


def set_call(monkeypatch: pytest.MonkeyPatch, *, sampled: bool) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", f"{CALL}{int(sampled)}")


@pytest.mark.parametrize("sampled", [True, False])
def test_message_trace_keeps_its_sampling_decision(sampled: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    set_call(monkeypatch, sampled=sampled)
    assert Trace.from_message(SAMPLED) == Trace(ROOT, PARENT, sampled=True)
    assert Trace.from_message(UNSAMPLED) == Trace(ROOT, PARENT, sampled=False)


@pytest.mark.parametrize("header", [f"Root={ROOT}", f"Root={ROOT};Sampled=?", f"Self=x; Root={ROOT}"])
@pytest.mark.parametrize("sampled", [True, False])
def test_header_without_decision_follows_the_call(sampled: bool, header: str, monkeypatch: pytest.MonkeyPatch) -> None:
    set_call(monkeypatch, sampled=sampled)
    assert Trace.from_message(header) == Trace(ROOT, None, sampled=sampled)


@pytest.mark.parametrize("header", [None, "", "nonsense", 7, "Root=1-x-y;Sampled=1", "Root=;Parent=", "=;=;="])
def test_message_without_trace_starts_one_in_a_sampled_call(header: object, monkeypatch: pytest.MonkeyPatch) -> None:
    set_call(monkeypatch, sampled=True)
    first, second = (Trace.from_message(header) for _ in range(2))
    assert first
    assert second
    assert first.root != second.root
    assert Trace.from_message(first.to_header()) == first
    set_call(monkeypatch, sampled=False)
    assert Trace.from_message(header) is None
    monkeypatch.delenv("_X_AMZN_TRACE_ID")
    assert Trace.from_message(header) is None


def test_header_names_our_segment_only_if_sampled() -> None:
    sampled = Trace(ROOT, PARENT, sampled=True).with_parent("a" * 16)
    assert sampled.to_header() == f"Root={ROOT};Parent={'a' * 16};Sampled=1"
    assert Trace(ROOT, PARENT, sampled=False).with_parent("a" * 16).to_header() == UNSAMPLED
    assert Trace(ROOT, None, sampled=False).to_header() == f"Root={ROOT};Sampled=0"
