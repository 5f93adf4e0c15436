"""Images held for a shadow, within a bounded memory."""

from collections.abc import Iterator
from weakref import WeakSet

import numpy as np
import pytest

from inference.models import pending_comparison as module
from inference.models.pending_comparison import PendingComparison, hold, room

ROOM = 1000


@pytest.fixture(autouse=True)
def empty(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing is held at first, whatever other tests' answers still hold."""
    held: WeakSet[PendingComparison] = WeakSet()
    monkeypatch.setattr(module, "_held", held)
    yield
    assert not held, "what nobody holds is forgotten"


def test_images_are_kept_while_there_is_room() -> None:
    array = np.zeros((1, 10, 10, 1), np.float32)
    first, second, third = hold(array, ROOM), hold(bytes(601), ROOM), hold(bytearray(600), ROOM)
    assert first.image is array
    assert second.image is None
    assert third.image == bytearray(600)
    assert hold(b"x", ROOM).image is None


def test_what_is_taken_or_forgotten_makes_room() -> None:
    first = hold(bytes(1000), ROOM)
    assert first.take() == bytes(1000)
    assert first.take() is None
    second = hold(bytes(1000), ROOM)
    assert second.image is not None
    del second
    assert hold(bytes(1000), ROOM).image is not None


def test_an_image_that_was_not_kept_gives_nothing() -> None:
    assert PendingComparison(None).take() is None


def test_an_eighth_of_the_functions_memory_is_for_them() -> None:
    assert room({"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "2048"}) == 256 * 2**20
