"""Classifying a task: choice of the model, stages, rejections and deadlines."""

import time
from typing import Any

import pytest

from inference import classify as module
from inference.classify import Classification, classify_image, classify_sample, classify_task
from inference.deadline import Deadline
from inference.errors import Code, InputError, ModelError, OutOfTimeError, SourceUnavailableError
from inference.messages import Prediction, Rejection, Task
from inference.models.model import Model
from inference.models.registry import ModelRegistry
from inference.stage import Timings
from tests.support.lambdas.bundles import BUNDLE, MISSING_BUNDLE, Bundles, models_setting

URL = "https://example.com/1.png"
TASK = Task("a", URL, top=3)
SAMPLE = (BUNDLE / "sample.png").read_bytes()


@pytest.fixture
def registry(model_address: str, bundles: Bundles) -> ModelRegistry:
    """The demo model with a shadow, the model pets without one, and a model that cannot be loaded."""
    pets = bundles.put(name="pets", labels="abcdefghij")
    setting = models_setting(model_address, shadow=pets, pets=pets, broken=MISSING_BUNDLE)
    registry = ModelRegistry.from_environment({"MODELS": setting})
    assert registry.preload() == []
    return registry


def classify_sample_file(registry: ModelRegistry, **fields: Any) -> Classification:
    return classify_task(Task("a", URL, **fields), registry, lambda *_: SAMPLE, Deadline(10), Timings())


def test_task_is_classified_by_named_model(registry: ModelRegistry) -> None:
    for name, expected in (("pets", "pets"), ("digits", "digits"), (None, "digits")):
        result = classify_sample_file(registry, model=name, top=3).result
        assert isinstance(result, Prediction)
        assert result.model_name == expected
        assert len(result.labels) == 3
        assert result.labels[0].label.isdigit() is (expected == "digits")


def test_unknown_model_rejects_task_before_fetch(registry: ModelRegistry) -> None:
    task = Task("a", URL, model="plants")
    result = classify_task(task, registry, lambda *_: pytest.fail("it was fetched"), Deadline(10), Timings()).result
    assert isinstance(result, Rejection)
    assert result.id == "a"
    assert result.url == URL
    assert result.code is Code.UNKNOWN_MODEL
    assert "broken, digits, pets" in result.message


def test_rejected_task_keeps_its_rejection(registry: ModelRegistry) -> None:
    rejection = Rejection("a", None, Code.BAD_TASK, "No.")
    classification = classify_task(rejection, registry, lambda *_: SAMPLE, Deadline(10), Timings())
    assert classification.result is rejection


def test_broken_model_raises_model_error(registry: ModelRegistry) -> None:
    with pytest.raises(ModelError):
        classify_sample_file(registry, model="broken")


def test_only_predictions_of_model_with_shadow_are_deferred(registry: ModelRegistry) -> None:
    classification = classify_sample_file(registry, top=1)
    assert classification.shadow is not None
    shadow, pending = classification.shadow
    assert shadow is registry.get_shadow()
    assert len(pending.labels) == 10
    assert isinstance(classification.result, Prediction)
    assert len(classification.result.labels) == 1
    assert classify_sample_file(registry, model="pets").shadow is None
    assert classify_task(Task("a", URL), registry, lambda *_: b"text", Deadline(10), Timings()).shadow is None
    assert list(classification.timings) == ["fetch", "decode", "infer"]


def test_sample_of_default_model_is_classified(registry: ModelRegistry, model_address: str) -> None:
    classification = classify_sample(registry, "a", Deadline(10), Timings())
    assert classification.result.url == f"{model_address}/sample.png"
    assert isinstance(classification.result, Prediction)
    assert classification.shadow is not None


def test_image_becomes_prediction(model: Model) -> None:
    classification = classify_image(TASK, model, lambda *_: model.sample, Deadline(10), Timings())
    result = classification.result
    assert isinstance(result, Prediction)
    assert result.id == "a"
    assert result.url == URL
    assert len(result.labels) == 3
    assert result.model_name == model.name
    assert result.model_sha256 == model.sha256
    assert list(classification.timings) == ["fetch", "decode", "infer"]
    assert result.seconds == pytest.approx(sum(classification.timings.values()), abs=1e-5)


def test_unsupported_file_becomes_rejection(model: Model) -> None:
    classification = classify_image(TASK, model, lambda *_: b"<html>", Deadline(10), Timings())
    assert isinstance(classification.result, Rejection)
    assert classification.result.code is Code.UNSUPPORTED_IMAGE
    assert list(classification.timings) == ["fetch", "decode"]


def test_input_error_of_fetch_becomes_rejection(model: Model) -> None:
    def fetch(*_: object) -> bytes:
        raise InputError(Code.NOT_FOUND, "Gone.")

    classification = classify_image(TASK, model, fetch, Deadline(10), Timings())
    assert isinstance(classification.result, Rejection)
    assert classification.result.id == "a"
    assert classification.result.url == URL
    assert classification.result.code is Code.NOT_FOUND
    assert classification.result.message == "Gone."
    assert list(classification.timings) == ["fetch"]


def test_transient_error_of_fetch_is_raised(model: Model) -> None:
    def fetch(*_: object) -> bytes:
        raise SourceUnavailableError("Later.")

    with pytest.raises(SourceUnavailableError):
        classify_image(TASK, model, fetch, Deadline(10), Timings())


def test_fetch_may_take_ten_seconds_or_less_near_deadline(model: Model) -> None:
    seconds: list[float] = []

    def fetch(_: str, deadline: Deadline) -> bytes:
        seconds.append(deadline.seconds_left())
        return model.sample

    reserved = module.DECODE.expected_seconds + module.INFER.expected_seconds
    classify_image(TASK, model, fetch, Deadline(600), Timings())
    classify_image(TASK, model, fetch, Deadline(5 + reserved), Timings())
    assert 9.5 < seconds[0] <= 10
    assert 4.5 < seconds[1] <= 5.1


def hang(_: str, deadline: Deadline) -> bytes:
    time.sleep(deadline.seconds_left())
    raise deadline.expired()


def test_fetch_that_starts_late_is_out_of_time(model: Model) -> None:
    reserved = module.DECODE.expected_seconds + module.INFER.expected_seconds + 0.5
    call = Deadline(2 * reserved + 0.2)
    time.sleep(reserved + 0.2)
    with pytest.raises(OutOfTimeError, match="too short for the fetch"):
        classify_image(TASK, model, hang, call, Timings())


def test_source_that_hangs_in_short_call_is_unavailable(model: Model) -> None:
    call = Deadline(module.DECODE.expected_seconds + module.INFER.expected_seconds + 0.5)
    with pytest.raises(SourceUnavailableError):
        classify_image(TASK, model, hang, call, Timings())
    assert call.seconds_left() > 0


def test_fetch_leaves_time_to_report_its_error(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    for stage in (module.DECODE, module.INFER):
        monkeypatch.setattr(stage, "cost", 0.0)
    call = Deadline(0.5)
    with pytest.raises(SourceUnavailableError):
        classify_image(TASK, model, hang, call, Timings())
    assert call.seconds_left() > 0.1


def test_fetch_is_skipped_without_time_to_classify(model: Model) -> None:
    with pytest.raises(OutOfTimeError):
        classify_image(TASK, model, lambda *_: pytest.fail("it was fetched"), Deadline(0), Timings())
