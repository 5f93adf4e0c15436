"""From a task to its answer by the model that it names."""

from typing import Any

import pytest

from inference import classify
from inference.classify import classify_sample, classify_task
from inference.deadline import Deadline
from inference.errors import Code, ModelError
from inference.messages import Prediction, Rejection, Task
from inference.models.registry import ModelRegistry
from inference.stage import Timings
from tests.support.lambdas.bundles import BUNDLE, Bundles, models_setting

SAMPLE = (BUNDLE / "sample.png").read_bytes()
URL = "https://example.com/1.png"


@pytest.fixture
def several(model_address: str, bundles: Bundles) -> ModelRegistry:
    """The demo model with a shadow, pets without one, and one that is sick."""
    pets = bundles.put(name="pets", labels="abcdefghij")
    sick = "s3://nothing/here/" + "0" * 64
    found = ModelRegistry.from_environment({"MODELS": models_setting(model_address, shadow=pets, pets=pets, sick=sick)})
    assert found.preload() == []
    return found


def ask(models: ModelRegistry, **fields: Any) -> classify.Classification:
    return classify_task(Task("a", URL, **fields), models, lambda *_: SAMPLE, Deadline(10), Timings())


def test_the_model_that_is_named_answers(several: ModelRegistry) -> None:
    for name, by in (("pets", "pets"), ("digits", "digits"), (None, "digits")):
        result = ask(several, model=name, top=3).result
        assert isinstance(result, Prediction)
        assert result.model_name == by
        assert len(result.labels) == 3
        assert result.labels[0].label.isdigit() is (by == "digits")


def test_a_model_that_is_not_there_rejects_the_task_and_nothing_is_fetched(several: ModelRegistry) -> None:
    task = Task("a", URL, model="plants")
    result = classify_task(task, several, lambda *_: pytest.fail("it was fetched"), Deadline(10), Timings()).result
    assert isinstance(result, Rejection)
    assert (result.id, result.url, result.code) == ("a", URL, Code.UNKNOWN_MODEL)
    assert "digits, pets, sick" in result.message


def test_what_was_no_task_stays_rejected(several: ModelRegistry) -> None:
    rejection = Rejection("a", None, Code.BAD_TASK, "No.")
    assert classify_task(rejection, several, lambda *_: SAMPLE, Deadline(10), Timings()).result is rejection


def test_a_sick_model_is_no_fault_of_the_task(several: ModelRegistry) -> None:
    with pytest.raises(ModelError):
        ask(several, model="sick")


def test_only_images_that_a_model_with_a_shadow_answered_are_kept_for_it(several: ModelRegistry) -> None:
    shadowed = ask(several, top=1)
    assert shadowed.shadow is not None
    shadow, held = shadowed.shadow
    assert shadow is several.get_shadow()
    assert len(held.labels) == 10
    assert isinstance(shadowed.result, Prediction)
    assert len(shadowed.result.labels) == 1
    assert ask(several, model="pets").shadow is None
    assert classify_task(Task("a", URL), several, lambda *_: b"text", Deadline(10), Timings()).shadow is None
    assert list(shadowed.timings) == ["fetch", "decode", "infer"]


def test_the_sample_is_the_default_models(several: ModelRegistry, model_address: str) -> None:
    given = classify_sample(several, "a", Deadline(10), Timings())
    assert given.result.url == f"{model_address}/sample.png"
    assert isinstance(given.result, Prediction)
    assert given.shadow is not None
