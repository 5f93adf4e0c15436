"""Stages with the digits model: the worker from the built zips, and the local cloud's S3 and queues."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import networks
from bench.competitors import CompetitorFactory
from bench.models import Models
from bench.session import Session, rotate
from bench.stages import STAGES, images
from bench.testbed import start_testbed

DIGITS = Path(__file__).parents[2] / "models" / "digits" / "bundle"


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    folder = tmp_path_factory.mktemp("bench")
    bundles = folder / "models" / "digits" / "bundles"
    bundles.mkdir(parents=True)
    (bundles / "litert").symlink_to(DIGITS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(networks.BUNDLES, "digits", ("litert", "tensorflow"))
        patch.setitem(images.COLD_START, "digits", ("litert", "tensorflow"))
        for name in list(os.environ):
            patch.setenv(name, os.environ[name])  # the test bed changes them; they are restored
        with start_testbed(folder) as testbed:
            cores = sorted(os.sched_getaffinity(0))
            factory = CompetitorFactory(testbed, Models(folder / "models"))
            yield Session(testbed, factory, ("digits",), 2, cores[-2:])


def test_cold_start_measures_new_processes(session: Session) -> None:
    """There is no bundle for TensorFlow: that is a failure, and the other competitor is still measured."""
    samples = list(STAGES["cold"].run(session))
    assert [(each.competitor, each.repeat, each.images) for each in samples] == [("litert", 0, 1), ("litert", 1, 1)]
    assert all(each.wall_seconds > 0 and each.cpu_seconds > 0 and (each.peak_bytes or 0) > 40 << 20 for each in samples)
    assert {each.best for each in samples} <= {f"{digit}" for digit in range(10)}
    assert len(session.failures) == 1
    assert "tensorflow is not a bundle" in session.failures[0]


def test_batch_stage_measures_every_size_in_every_repeat(session: Session) -> None:
    samples = list(STAGES["batch"].run(session))
    assert [(each.repeat, each.images) for each in samples] == [
        (repeat, n) for repeat in (0, 1) for n in images.BATCH_SIZES
    ]


def test_each_repeat_begins_with_another_item() -> None:
    assert [rotate("abc", repeat) for repeat in range(4)] == [list("abc"), list("bca"), list("cab"), list("abc")]
    assert rotate([], 1) == []
