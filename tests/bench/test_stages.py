"""The stages on the digits model: the real worker from the built zips, the local cloud's S3 and queues."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import arrays, world
from bench.bench import Bench, turned
from bench.lineup import Lineup
from bench.models import Models
from bench.stages import batch, cold

DIGITS = Path(__file__).parents[3] / "models" / "digits" / "bundle"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("bench")
    bundles = folder / "models" / "digits" / "bundles"
    bundles.mkdir(parents=True)
    (bundles / "litert").symlink_to(DIGITS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(arrays.BUNDLES, "digits", ("litert", "tensorflow"))
        patch.setitem(cold.CONTESTANTS, "digits", ("litert", "tensorflow"))
        for name in list(os.environ):
            patch.setenv(name, os.environ[name])  # what is opened changes them; so they are put back
        with world.opened(folder) as around:
            cores = sorted(os.sched_getaffinity(0))
            yield Bench(around, Lineup(around, Models(folder / "models")), ("digits",), 2, cores[-2:])


def test_a_cold_start_is_one_result_from_a_new_process_each_time(bench: Bench) -> None:
    """There is no bundle for TensorFlow here: that is told, and the other is measured all the same."""
    samples = list(cold.run(bench))
    assert [(each.contestant, each.repeat, each.images) for each in samples] == [("litert", 0, 1), ("litert", 1, 1)]
    assert all(each.wall_seconds > 0 and each.cpu_seconds > 0 and (each.peak_bytes or 0) > 40 << 20 for each in samples)
    assert {each.best for each in samples} <= {f"{digit}" for digit in range(10)}
    assert len(bench.dropped) == 1
    assert "tensorflow is not a bundle" in bench.dropped[0]


def test_every_size_of_batch_is_answered_whole_in_every_repeat(bench: Bench) -> None:
    samples = list(batch.run(bench))
    assert [(each.repeat, each.images) for each in samples] == [(repeat, n) for repeat in (0, 1) for n in batch.SIZES]


def test_every_repeat_begins_with_another() -> None:
    assert [turned("abc", repeat) for repeat in range(4)] == [list("abc"), list("bca"), list("cab"), list("abc")]
    assert turned([], 1) == []
