"""Two copies of one snapshot draw different numbers, and neither speaks on the other's connections."""

import gc
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import snapshot_restore_py as runtime

from inference.fetch import s3
from inference.models import snapstart
from inference.models.model import ModelStore

Hooks = list[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]]

# What two copies of a started function draw, after its hooks and without them. The system's fork alone makes them:
# Python's would seed anew by itself, and a restored copy is told nothing.
COPIED = """
import json, os, random, sys, threading
from ctypes import PyDLL
import snapshot_restore_py as runtime
from inference.model import ModelStore
from jobs import names

def copies(hooks):
    for _ in range(2):
        ear, mouth = os.pipe()
        child = PyDLL(None).fork()
        if child == 0:
            try:
                for hook, args, kwargs in hooks:
                    hook(*args, **kwargs)
                drawn = {"jitter": [random.random(), random.uniform(0, 1)], "job": names.new()}
                os.write(mouth, json.dumps(drawn).encode())
            finally:
                os._exit(0)
        os.close(mouth)
        with os.fdopen(ear) as pipe:
            yield json.loads(pipe.read())
        os.waitpid(child, 0)

assert ModelStore(sys.argv[1]).model()
assert threading.active_count() == 1, threading.enumerate()
print(json.dumps([list(copies(hooks)) for hooks in (runtime.get_after_restore(), [])]))
"""


def run(hooks: Hooks) -> None:
    """Call hooks as the runtime does."""
    for hook, args, kwargs in hooks:
        hook(*args, **kwargs)


def connections() -> int:
    """How many sockets this process has open."""
    gc.collect()
    return sum(descriptor.is_socket() for descriptor in Path("/proc/self/fd").iterdir())


@pytest.fixture
def store(model_address: str) -> ModelStore:
    """A function's store, as its start leaves it."""
    store = ModelStore(model_address)
    assert store.model()
    return store


def test_copies_draw_different_numbers(model_address: str) -> None:
    """A process of its own is copied: one that has other threads may wait for them for ever after the fork."""
    ran = subprocess.run(
        [sys.executable, "-c", COPIED, model_address], capture_output=True, check=False, text=True, timeout=60
    )
    assert ran.returncode == 0, ran.stderr
    hooked, bare = json.loads(ran.stdout)
    one, other = hooked
    assert one["jitter"] != other["jitter"]
    assert one["job"] != other["job"]
    one, other = bare
    assert one["jitter"] == other["jitter"], "without the hook they would be the same, or this test proves nothing"


def test_many_stores_register_once(store: ModelStore) -> None:
    ModelStore(store.address)
    for registered, hook in (
        (runtime.get_before_snapshot(), snapstart.before_snapshot),
        (runtime.get_after_restore(), snapstart.after_restore),
    ):
        assert [one for one, *_ in registered].count(hook) == 1


def test_a_snapshot_holds_no_connection_and_the_client_goes_on(store: ModelStore) -> None:
    s3.client().head_bucket(Bucket=store.address.split("/")[2])
    before = connections()
    run(runtime.get_before_snapshot())
    assert connections() < before
    assert ModelStore(store.address).model()
