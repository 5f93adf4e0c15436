"""The registry: models by name, loaded at first use, failing one by one."""

import json
import threading
from typing import Any

import pytest

from inference.deadline import Deadline
from inference.errors import Code, InputError, ModelError, OutOfTimeError
from inference.models import bundle
from inference.models.model import Model
from inference.models.registry import ModelRegistry
from tests.support.lambdas.bundles import MISSING_BUNDLE, Bundles, models_setting


@pytest.fixture
def downloads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses of the bundles that are downloaded, in order."""
    addresses: list[str] = []
    download = bundle.download

    def record(address: str, *arguments: Any, **options: Any) -> Any:
        addresses.append(address)
        return download(address, *arguments, **options)

    monkeypatch.setattr(bundle, "download", record)
    return addresses


def create_registry(setting: str) -> ModelRegistry:
    return ModelRegistry.from_environment({"MODELS": setting})


def test_registry_finds_models_by_name_and_default(model_address: str, bundles: Bundles) -> None:
    registry = create_registry(models_setting(model_address, pets=bundles.put(name="pets", labels="abcdefghij")))
    assert len(registry) == 2
    assert registry.default_name == "digits"
    assert registry.get("pets").labels[0] == "a"
    assert registry.get("digits").labels[0] == "0"
    assert registry.get() is registry.get(None) is registry.get("digits")


def test_unknown_name_raises_input_error(model_address: str) -> None:
    with pytest.raises(InputError) as raised:
        create_registry(models_setting(model_address, pets=MISSING_BUNDLE)).get("plants")
    assert raised.value.code is Code.UNKNOWN_MODEL
    assert "No model plants" in raised.value.message
    assert "digits, pets" in raised.value.message


def test_preload_loads_only_default_model(model_address: str, bundles: Bundles, downloads: list[str]) -> None:
    pets = bundles.put(name="pets")
    registry = create_registry(models_setting(model_address, pets=pets))
    assert registry.loaded_names == []
    assert registry.preload() == []
    assert downloads == [model_address]
    assert registry.loaded_names == ["digits"]
    assert registry.get("pets") is registry.get("pets")
    assert downloads == [model_address, pets]
    assert sorted(registry.loaded_names) == ["digits", "pets"]


def test_preload_loads_shadow_of_default_model(model_address: str, bundles: Bundles) -> None:
    address = bundles.put(labels="abcdefghij")
    registry = create_registry(models_setting(model_address, shadow=address))
    assert registry.preload() == []
    shadow = registry.get_shadow()
    assert shadow is not None
    model = shadow.get_model()
    assert model is not None
    assert address.endswith(model.sha256)
    assert registry.get_shadow("digits") is shadow


def test_preload_reports_failures_and_retries_them(bundles: Bundles) -> None:
    address = bundles.put()
    bundles.corrupt(address)
    registry = create_registry(models_setting(address, shadow=MISSING_BUNDLE))
    (problem,) = registry.preload()
    assert f"{address}/labels.txt" in problem
    bundles.repair(address)
    (problem,) = registry.preload()
    assert "shadow of digits" in problem
    assert MISSING_BUNDLE in problem
    assert registry.get().name == "digits"


def test_failed_model_is_loaded_once_per_call(model_address: str, bundles: Bundles, downloads: list[str]) -> None:
    pets = bundles.put(name="pets")
    bundles.corrupt(pets)
    registry = create_registry(models_setting(model_address, pets=pets))
    call = Deadline(10)
    messages = set()
    for _ in range(3):
        with pytest.raises(ModelError) as raised:
            registry.get("pets", call)
        messages.add(str(raised.value))
    assert downloads == [pets]
    assert len(messages) == 1
    assert registry.get("digits", call).name == "digits"
    bundles.repair(pets)
    with pytest.raises(ModelError):
        registry.get("pets", call)
    assert registry.get("pets", Deadline(10)).name == "pets"


def test_wait_for_load_ends_at_deadline(model_address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    loading, go_on = threading.Event(), threading.Event()
    download = bundle.download

    def download_slowly(*arguments: Any, **options: Any) -> Any:
        loading.set()
        assert go_on.wait(30)
        return download(*arguments, **options)

    monkeypatch.setattr(bundle, "download", download_slowly)
    registry = create_registry(models_setting(model_address))
    first = threading.Thread(target=registry.get)
    first.start()
    assert loading.wait(30)
    with pytest.raises(OutOfTimeError, match="digits"):
        registry.get("digits", Deadline(0.05))
    with pytest.raises(OutOfTimeError, match="digits"):
        registry.get("digits", Deadline(-1))
    go_on.set()
    first.join(30)
    assert registry.get("digits", Deadline(-1)).name == "digits"


def test_many_threads_load_model_once(model_address: str, downloads: list[str]) -> None:
    registry = create_registry(models_setting(model_address))
    models: list[Model] = []
    threads = [threading.Thread(target=lambda: models.append(registry.get())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(downloads) == 1
    assert len(models) == 8
    assert all(model is models[0] for model in models)


def test_model_is_loaded_after_repair_of_bundle(bundles: Bundles) -> None:
    address = bundles.put()
    bundles.corrupt(address)
    registry = create_registry(models_setting(address))
    for _ in range(2):
        with pytest.raises(ModelError, match="does not match its pinned hash"):
            registry.get()
    bundles.repair(address)
    assert registry.get() is registry.get()


def test_check_fails_only_for_single_model(model_address: str) -> None:
    create_registry(models_setting(model_address)).check_single_model()
    with pytest.raises(ModelError):
        create_registry(models_setting(MISSING_BUNDLE)).check_single_model()
    create_registry(models_setting(MISSING_BUNDLE, pets=model_address)).check_single_model()


def entry(**fields: Any) -> dict[str, Any]:
    return {"address": MISSING_BUNDLE, **fields}


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
def test_invalid_setting_is_named(setting: Any, word: str) -> None:
    with pytest.raises(ValueError, match=word) as raised:
        create_registry(setting if isinstance(setting, str) else json.dumps(setting))
    assert "MODELS" in str(raised.value)


def test_setting_may_omit_optional_fields() -> None:
    registry = create_registry(
        json.dumps({"a": entry(default=True, shadow=None), "b": entry(default=False), "c": entry(shadow="")})
    )
    assert [registry.get_shadow(name) for name in "abc"] == [None] * 3
