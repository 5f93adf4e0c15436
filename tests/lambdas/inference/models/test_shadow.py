"""Shadows: real models that score beside another one, with late loads, errors and slow scoring."""

import threading
import time
from concurrent.futures import wait
from typing import Any

import numpy as np
import pytest

from inference.deadline import Deadline
from inference.errors import ModelError
from inference.messages import Label
from inference.models import shadow as module
from inference.models.comparison import Comparison, PendingComparison
from inference.models.model import Model, load_model
from inference.models.shadow import Shadow
from inference.prepare import prepare_image
from tests.support.lambdas.bundles import Bundles


def load_shadow(address: str) -> Shadow:
    shadow = Shadow("digits", address)
    assert shadow.preload(60) is None
    return shadow


def compare_sample(shadow: Shadow, model: Model, seconds: float = 10) -> Comparison | None:
    """Classify the sample with `model`, then compare with the shadow."""
    array = prepare_image(model.sample, model.input)
    pending = shadow.defer(model.sample, array, model.input)
    pending.labels = model.predict(array, len(model.labels))
    return shadow.compare(pending, Deadline(seconds))


def test_model_agrees_with_itself(model: Model, model_address: str) -> None:
    assert compare_sample(load_shadow(model_address), model) == Comparison(agrees=True, difference=0.0)


def test_shadow_is_compared_by_text_of_labels(model: Model, bundles: Bundles) -> None:
    reversed_labels = compare_sample(load_shadow(bundles.put(labels="9876543210")), model)
    assert reversed_labels is not None
    assert not reversed_labels.agrees
    assert reversed_labels.difference is not None
    assert 0.5 < reversed_labels.difference <= 1
    other_labels = compare_sample(load_shadow(bundles.put(labels="abcdefghij")), model)
    assert other_labels == Comparison(agrees=False, difference=None)


def test_shadow_with_other_input_prepares_image_itself(model: Model, bundles: Bundles) -> None:
    spec = {"height": 8, "width": 8, "channels": 1, "scale": 1 / 100, "offset": 0.25}
    address = bundles.put(input=spec)
    other = load_model(address)
    ours, theirs = (
        {entry.label: entry.score for entry in each.predict(prepare_image(model.sample, each.input), 10)}
        for each in (model, other)
    )
    comparison = compare_sample(load_shadow(address), model)
    assert comparison is not None
    assert comparison.difference == max(abs(ours[label] - theirs[label]) for label in ours) > 0


def test_defer_keeps_tensor_or_file(model: Model, model_address: str, bundles: Bundles) -> None:
    array = prepare_image(model.sample, model.input)
    assert load_shadow(model_address).defer(model.sample, array, model.input).image is array
    other = load_shadow(bundles.put(input={"height": 8, "width": 8, "channels": 1, "scale": 1.0, "offset": 0.0}))
    assert other.defer(model.sample, array, model.input).image is model.sample


def test_image_without_memory_is_skipped(model: Model, model_address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "max_deferred_bytes", lambda: 1)
    assert compare_sample(load_shadow(model_address), model) is None


def test_images_do_not_wait_for_load(model: Model, model_address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()

    def load_slowly(address: str) -> Model:
        assert go_on.wait(30)
        return load_model(address)

    monkeypatch.setattr(module, "load_model", load_slowly)
    shadow = Shadow("digits", model_address)
    assert shadow.preload(0.01) is None
    assert shadow.get_model() is None
    assert compare_sample(shadow, model) is None
    go_on.set()
    assert shadow.preload(30) is None
    assert compare_sample(shadow, model) == Comparison(agrees=True, difference=0.0)


def test_failed_load_is_raised_for_each_image_and_retried_a_minute_later(
    model: Model, bundles: Bundles, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = bundles.put()
    bundles.corrupt(address)
    shadow = Shadow("digits", address)
    problem = shadow.preload(60)
    assert problem is not None
    assert "The shadow of digits" in problem
    assert "pinned" in problem
    bundles.repair(address)
    for _ in range(2):
        with pytest.raises(ModelError, match="pinned"):
            compare_sample(shadow, model)
    monkeypatch.setattr(module, "monotonic", lambda: time.monotonic() + module.RELOAD_SECONDS)
    compare_sample(shadow, model)
    assert shadow._load is not None
    wait([shadow._load])
    assert compare_sample(shadow, model) == Comparison(agrees=True, difference=0.0)


def test_error_of_one_comparison_does_not_affect_the_next(model: Model, model_address: str) -> None:
    shadow = load_shadow(model_address)
    with pytest.raises(ModelError, match="not finite numbers"):
        shadow.compare(
            PendingComparison(np.full((1, 8, 8, 1), np.nan, np.float32), 1, (Label("1", 1.0),)), Deadline(10)
        )
    with pytest.raises(ValueError, match="imension"):
        shadow.compare(PendingComparison(np.zeros((1, 9, 9, 1), np.float32), 1, (Label("1", 1.0),)), Deadline(10))
    assert compare_sample(shadow, model) == Comparison(agrees=True, difference=0.0)


def test_comparison_without_time_is_skipped_until_estimate_decays(model: Model, model_address: str) -> None:
    shadow = load_shadow(model_address)
    shadow._cost = 4.0
    comparisons = [compare_sample(shadow, model, seconds=3) for _ in range(30)]
    skipped = comparisons.index(Comparison(agrees=True, difference=0.0))
    assert 0 < skipped < 10
    assert comparisons[:skipped] == [None] * skipped


def test_comparison_that_hangs_ends_at_deadline(
    model: Model, model_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shadow = load_shadow(model_address)
    go_on = threading.Event()

    def hang(*_: Any) -> tuple[Label, ...]:
        go_on.wait(30)
        return ()

    with monkeypatch.context() as patch:
        patch.setattr(module, "_score", hang)
        assert compare_sample(shadow, model, seconds=0.5) is None
    go_on.set()
    assert shadow._cost > 0.4
    assert compare_sample(shadow, model) == Comparison(agrees=True, difference=0.0)
