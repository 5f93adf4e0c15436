"""Shadows: real models that score beside another one, late, sick or slow."""

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
from inference.models.comparison import Comparison
from inference.models.model import Model, ModelStore
from inference.models.pending_comparison import PendingComparison
from inference.models.shadow import Shadow
from inference.preprocess.image import prepare
from tests.support.lambdas.bundles import Bundles

NOWHERE = "s3://nothing/here/" + "0" * 64


def ready(address: str) -> Shadow:
    shadow = Shadow("digits", address)
    assert shadow.try_early(60) is None
    return shadow


def seen(shadow: Shadow, model: Model, seconds: float = 10) -> Comparison | None:
    """What the shadow makes of the sample that `model` has answered."""
    array = prepare(model.sample, model.input)
    held = shadow.hold(model.sample, array, model.input)
    held.labels = model.predict(array, len(model.labels))
    return shadow.look(held, Deadline(seconds))


def test_a_model_agrees_with_itself(model: Model, model_address: str) -> None:
    assert seen(ready(model_address), model) == Comparison(agrees=True, difference=0.0)


def test_one_with_other_labels_is_compared_by_their_text(model: Model, bundles: Bundles) -> None:
    turned = seen(ready(bundles.put(labels="9876543210")), model)
    assert turned is not None
    assert not turned.agrees
    assert turned.difference is not None
    assert 0.5 < turned.difference <= 1
    assert seen(ready(bundles.put(labels="abcdefghij")), model) == Comparison(agrees=False, difference=None)


def test_one_that_takes_another_input_reads_the_image_for_itself(model: Model, bundles: Bundles) -> None:
    takes = {"height": 8, "width": 8, "channels": 1, "scale": 1 / 100, "offset": 0.25}
    address = bundles.put(input=takes)
    other = ModelStore(address).model()
    ours, theirs = (
        {entry.label: entry.score for entry in one.predict(prepare(model.sample, one.input), 10)}
        for one in (model, other)
    )
    found = seen(ready(address), model)
    assert found is not None
    assert found.difference == max(abs(ours[label] - theirs[label]) for label in ours) > 0


def test_what_is_kept_is_the_array_or_else_the_file(model: Model, model_address: str, bundles: Bundles) -> None:
    array = prepare(model.sample, model.input)
    assert ready(model_address).hold(model.sample, array, model.input).image is array
    other = ready(bundles.put(input={"height": 8, "width": 8, "channels": 1, "scale": 1.0, "offset": 0.0}))
    assert other.hold(model.sample, array, model.input).image is model.sample


def test_an_image_without_room_is_skipped(model: Model, model_address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "room", lambda: 1)
    assert seen(ready(model_address), model) is None


def test_nobody_waits_for_its_load(model: Model, model_address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()
    load = ModelStore.model

    def slow(store: ModelStore) -> Model:
        assert go_on.wait(30)
        return load(store)

    monkeypatch.setattr(ModelStore, "model", slow)
    shadow = Shadow("digits", model_address)
    assert shadow.try_early(0.01) is None
    assert shadow.model() is None
    assert seen(shadow, model) is None
    go_on.set()
    assert shadow.try_early(30) is None
    assert seen(shadow, model) == Comparison(agrees=True, difference=0.0)


def test_one_that_cannot_be_loaded_is_told_for_each_image_and_tried_a_minute_later(
    model: Model, bundles: Bundles, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = bundles.put()
    bundles.spoil(address)
    shadow = Shadow("digits", address)
    told = shadow.try_early(60)
    assert told is not None
    assert "The shadow of digits" in told
    assert "pinned" in told
    bundles.mend(address)
    for _ in range(2):
        with pytest.raises(ModelError, match="pinned"):
            seen(shadow, model)
    monkeypatch.setattr(module, "monotonic", lambda: time.monotonic() + module.AGAIN_SECONDS)
    seen(shadow, model)
    assert shadow._load is not None
    wait([shadow._load])
    assert seen(shadow, model) == Comparison(agrees=True, difference=0.0)


def test_whatever_it_raises_is_raised_for_that_image_alone(model: Model, model_address: str) -> None:
    shadow = ready(model_address)
    with pytest.raises(ModelError, match="no numbers"):
        shadow.look(PendingComparison(np.full((1, 8, 8, 1), np.nan, np.float32), 1, (Label("1", 1.0),)), Deadline(10))
    with pytest.raises(ValueError, match="imension"):
        shadow.look(PendingComparison(np.zeros((1, 9, 9, 1), np.float32), 1, (Label("1", 1.0),)), Deadline(10))
    assert seen(shadow, model) == Comparison(agrees=True, difference=0.0)


def test_without_time_it_does_not_look_until_it_seems_quick_enough_again(model: Model, model_address: str) -> None:
    shadow = ready(model_address)
    shadow._cost = 4.0
    tries = [seen(shadow, model, seconds=3) for _ in range(30)]
    skipped = tries.index(Comparison(agrees=True, difference=0.0))
    assert 0 < skipped < 10
    assert tries[:skipped] == [None] * skipped


def test_a_look_that_lasts_too_long_is_left_behind(
    model: Model, model_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shadow = ready(model_address)
    go_on = threading.Event()

    def stuck(*_: Any) -> tuple[Label, ...]:
        go_on.wait(30)
        return ()

    with monkeypatch.context() as patch:
        patch.setattr(module, "_score", stuck)
        assert seen(shadow, model, seconds=0.5) is None
    go_on.set()
    assert shadow._cost > 0.4
    assert seen(shadow, model) == Comparison(agrees=True, difference=0.0)
