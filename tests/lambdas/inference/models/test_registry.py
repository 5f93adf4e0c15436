"""Several models side by side: found by name, loaded when they are asked for, sick alone."""

import json
import threading
from typing import Any

import pytest

from inference.deadline import Deadline
from inference.errors import Code, InputError, ModelError, OutOfTimeError
from inference.models import bundle
from inference.models.registry import ModelRegistry
from inference.models.served import Served
from tests.support.lambdas.bundles import Bundles, served

NOWHERE = "s3://nothing/here/" + "0" * 64


@pytest.fixture
def downloads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses of the bundles that are downloaded, as they are."""
    addresses: list[str] = []
    download = bundle.download

    def counted(address: str, *rest: Any, **options: Any) -> Any:
        addresses.append(address)
        return download(address, *rest, **options)

    monkeypatch.setattr(bundle, "download", counted)
    return addresses


def models(setting: str) -> ModelRegistry:
    return ModelRegistry.from_environment({"MODELS": setting})


def test_a_model_is_found_by_its_name_and_the_default_one_without(model_address: str, bundles: Bundles) -> None:
    found = models(served(model_address, pets=bundles.put(name="pets", labels="abcdefghij")))
    assert len(found) == 2
    assert found.named("pets").labels[0] == "a"
    assert found.named("digits").labels[0] == "0"
    assert found.named() is found.named(None) is found.named("digits")


def test_a_name_that_is_not_there_is_the_senders_fault(model_address: str) -> None:
    with pytest.raises(InputError) as refused:
        models(served(model_address, pets=NOWHERE)).named("plants")
    assert refused.value.code is Code.UNKNOWN_MODEL
    assert "No model plants" in refused.value.message
    assert "digits, pets" in refused.value.message


def test_only_the_default_is_loaded_early(model_address: str, bundles: Bundles, downloads: list[str]) -> None:
    pets = bundles.put(name="pets")
    found = models(served(model_address, pets=pets))
    assert found.try_early() == []
    assert downloads == [model_address]
    assert found.named("pets") is found.named("pets")
    assert downloads == [model_address, pets]


def test_the_defaults_shadow_is_loaded_early_too(model_address: str, bundles: Bundles) -> None:
    address = bundles.put(labels="abcdefghij")
    found = models(served(model_address, shadow=address))
    assert found.try_early() == []
    shadow = found.shadow()
    assert shadow is not None
    loaded = shadow.model()
    assert loaded is not None
    assert address.endswith(loaded.sha256)
    assert found.shadow("digits") is shadow


def test_what_did_not_load_early_is_told_and_tried_again(bundles: Bundles) -> None:
    address = bundles.put()
    bundles.spoil(address)
    found = models(served(address, shadow=NOWHERE))
    (problem,) = found.try_early()
    assert f"{address}/labels.txt" in problem
    bundles.mend(address)
    (problem,) = found.try_early()
    assert "shadow of digits" in problem
    assert NOWHERE in problem
    assert found.named().name == "digits"


def test_in_one_call_a_sick_model_is_tried_once_and_in_the_next_again(
    model_address: str, bundles: Bundles, downloads: list[str]
) -> None:
    pets = bundles.put(name="pets")
    bundles.spoil(pets)
    found = models(served(model_address, pets=pets))
    call = Deadline(10)
    told = set()
    for _ in range(3):
        with pytest.raises(ModelError) as fault:
            found.named("pets", call)
        told.add(str(fault.value))
    assert downloads == [pets]
    assert len(told) == 1
    assert found.named("digits", call).name == "digits"
    bundles.mend(pets)
    with pytest.raises(ModelError):
        found.named("pets", call)
    assert found.named("pets", Deadline(10)).name == "pets"


def test_a_load_is_not_waited_for_beyond_the_calls_deadline(
    model_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    loading, go_on = threading.Event(), threading.Event()
    download = bundle.download

    def slow(*given: Any, **options: Any) -> Any:
        loading.set()
        assert go_on.wait(30)
        return download(*given, **options)

    monkeypatch.setattr(bundle, "download", slow)
    model = Served("digits", model_address)
    first = threading.Thread(target=model.model)
    first.start()
    assert loading.wait(30)
    with pytest.raises(OutOfTimeError, match="digits"):
        model.model(Deadline(0.05))
    with pytest.raises(OutOfTimeError, match="digits"):
        model.model(Deadline(-1))
    go_on.set()
    first.join(30)
    assert model.model(Deadline(-1)).name == "digits"


def test_only_a_model_that_is_alone_fails_the_whole_call(model_address: str) -> None:
    models(served(model_address)).check()
    with pytest.raises(ModelError):
        models(served(NOWHERE)).check()
    models(served(NOWHERE, pets=model_address)).check()


def entry(**fields: Any) -> dict[str, Any]:
    return {"address": NOWHERE, **fields}


@pytest.mark.parametrize(
    ("setting", "word"),
    [
        ("", "JSON object"),
        ("[]", "JSON object"),
        ("{}", "1 to 10"),
        ({f"m{n}": entry(default=n == 0) for n in range(11)}, "1 to 10"),
        ({"Pets": entry(default=True)}, "'Pets'"),
        ({"p" * 32: entry(default=True)}, "1 to 31"),
        ({"pets": "s3://bucket"}, "pets an address"),
        ({"pets": {"default": True}}, "pets an address"),
        ({"pets": entry(default=True, shadow=7)}, "shadow of the model pets"),
        ({"pets": entry()}, "marked are: none"),
        ({"pets": entry(default=False)}, "marked are: none"),
        ({"pets": entry(default=1), "cars": entry()}, "marked are: none"),
        ({"pets": entry(default=True), "cars": entry(default=True)}, "pets, cars"),
    ],
)
def test_a_setting_that_cannot_be_understood_is_told(setting: Any, word: str) -> None:
    with pytest.raises(ValueError, match=word) as refused:
        models(setting if isinstance(setting, str) else json.dumps(setting))
    assert "MODELS" in str(refused.value)


def test_a_setting_may_leave_out_what_is_usual() -> None:
    found = models(
        json.dumps({"a": entry(default=True, shadow=None), "b": entry(default=False), "c": entry(shadow="")})
    )
    assert [found.shadow(name) for name in "abc"] == [None] * 3
