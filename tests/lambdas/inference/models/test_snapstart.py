"""SnapStart: processes from one snapshot draw different numbers and do not use each other's connections."""

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
from inference.models.registry import ModelRegistry
from tests.support.lambdas.bundles import models_setting

Hooks = list[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]]

# Prints what two copies of a started process draw, after the hooks and without them. The copies are made by the
# system's fork: os.fork would seed `random` anew, and restoring a snapshot does not.
PROGRAM = """
import json, os, random, sys, threading
from ctypes import PyDLL
import snapshot_restore_py as runtime
from inference.models.registry import ModelRegistry
from jobs import names

def copies(hooks):
    for _ in range(2):
        source, target = os.pipe()
        child = PyDLL(None).fork()
        if child == 0:
            try:
                for hook, args, kwargs in hooks:
                    hook(*args, **kwargs)
                drawn = {"jitter": [random.random(), random.uniform(0, 1)], "job": names.new_job_name()}
                os.write(target, json.dumps(drawn).encode())
            finally:
                os._exit(0)
        os.close(target)
        with os.fdopen(source) as pipe:
            yield json.loads(pipe.read())
        os.waitpid(child, 0)

assert ModelRegistry.from_environment({"MODELS": sys.argv[1]}).get()
assert threading.active_count() == 1, threading.enumerate()
print(json.dumps([list(copies(hooks)) for hooks in (runtime.get_after_restore(), [])]))
"""


def run_hooks(hooks: Hooks) -> None:
    """Call hooks as Lambda's runtime does."""
    for hook, args, kwargs in hooks:
        hook(*args, **kwargs)


def count_sockets() -> int:
    """Return how many sockets this process has open."""
    gc.collect()
    return sum(descriptor.is_socket() for descriptor in Path("/proc/self/fd").iterdir())


@pytest.fixture
def registry(model_address: str) -> ModelRegistry:
    """A function's registry after its start."""
    registry = ModelRegistry.from_environment({"MODELS": models_setting(model_address)})
    assert registry.get()
    return registry


def test_restored_copies_draw_different_numbers(model_address: str) -> None:
    """Copies a separate process, since one with other threads could hang after the fork."""
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM, models_setting(model_address)],
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    assert result.returncode == 0, result.stderr
    with_hooks, without_hooks = json.loads(result.stdout)
    first, second = with_hooks
    assert first["jitter"] != second["jitter"]
    assert first["job"] != second["job"]
    first, second = without_hooks
    assert first["jitter"] == second["jitter"], "if copies differ without the hook, this test proves nothing"


@pytest.mark.usefixtures("registry")
def test_hooks_of_several_registries_are_registered_once(model_address: str) -> None:
    ModelRegistry.from_environment({"MODELS": models_setting(model_address)})
    for registered, hook in (
        (runtime.get_before_snapshot(), snapstart.before_snapshot),
        (runtime.get_after_restore(), snapstart.after_restore),
    ):
        assert [function for function, *_ in registered].count(hook) == 1


@pytest.mark.usefixtures("registry")
def test_snapshot_has_no_connection_and_client_works_afterwards(model_address: str) -> None:
    s3.client().head_bucket(Bucket=model_address.split("/")[2])
    before = count_sockets()
    run_hooks(runtime.get_before_snapshot())
    assert count_sockets() < before
    assert ModelRegistry.from_environment({"MODELS": models_setting(model_address)}).get()
