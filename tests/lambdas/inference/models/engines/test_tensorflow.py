"""The engine tensorflow: frozen graphs, run by the layer's libraries, compared with numpy."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from inference.models.engines import tensorflow
from inference.models.memory_file import MemoryFile
from tests.support.lambdas import graphs

SHAPE = (1, 8, 8, 1)
WEIGHTS = np.random.default_rng(1).normal(size=(64, 10)).astype(np.float32)
NAMES = {"input": "x", "output": "y"}

pytestmark = pytest.mark.usefixtures("tensorflow_layer")


@contextmanager
def open_memory_file(content: bytes) -> Iterator[MemoryFile]:
    with closing(MemoryFile("model.pb", len(content))) as file:
        file.write(content, 0)
        yield file


def load(content: bytes, names: Mapping[str, str] = NAMES, threads: int = 1) -> tensorflow.Network:
    with open_memory_file(content) as model:
        return tensorflow.load(model, names, SHAPE, threads)


def compute_softmax(array: NDArray[np.float32]) -> NDArray[np.float64]:
    scores = np.exp(array.reshape(-1).astype(np.float64) @ WEIGHTS)
    return np.asarray(scores / scores.sum())


def make_images(count: int) -> list[NDArray[np.float32]]:
    rng = np.random.default_rng(2)
    return [rng.random(SHAPE, dtype=np.float32) for _ in range(count)]


@pytest.mark.parametrize("declared", [SHAPE, (-1, 8, 8, 1), (-1, -1, -1, -1)])
def test_scores_equal_numpys(declared: tuple[int, ...]) -> None:
    network = load(graphs.make_softmax(WEIGHTS, declared))
    assert network.input_shape == SHAPE
    for image in make_images(3):
        scores = network.predict(image)
        assert scores.dtype == np.float32
        assert scores.shape == (10,)
        np.testing.assert_allclose(scores, compute_softmax(image), atol=1e-6)


def test_result_survives_later_predictions() -> None:
    network = load(graphs.make_softmax(WEIGHTS))
    results = [network.predict(image) for image in make_images(50)]
    for image, result in zip(make_images(50), results, strict=True):
        np.testing.assert_allclose(result, compute_softmax(image), atol=1e-6)


def test_parallel_predictions_equal_sequential_ones() -> None:
    network = load(graphs.make_softmax(WEIGHTS), threads=2)
    inputs = make_images(200)
    results: dict[int, NDArray[np.float32]] = {}

    def run(start: int) -> None:
        for index in range(start, len(inputs), 8):
            results[index] = network.predict(inputs[index])

    threads = [threading.Thread(target=run, args=(start,)) for start in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for index, image in enumerate(inputs):
        np.testing.assert_allclose(results[index], compute_softmax(image), atol=1e-6)


def test_shape_of_graph_wins_over_expected_shape() -> None:
    assert load(graphs.make_softmax(WEIGHTS, (1, 64))).input_shape == (1, 64)
    assert load(graphs.make_softmax(WEIGHTS, (1, 4, 16, 1))).input_shape == (1, 4, 16, 1)


@pytest.mark.parametrize(
    "array", [np.zeros((1, 8, 9, 1), np.float32), np.zeros((64,), np.float32), np.zeros(SHAPE, np.float64)]
)
def test_array_of_other_shape_or_type_is_refused(array: NDArray[np.float32]) -> None:
    with pytest.raises(ValueError, match=r"it must be float32 \(1, 8, 8, 1\)"):
        load(graphs.make_softmax(WEIGHTS)).predict(array)


INVALID: dict[str, tuple[Callable[[], bytes], dict[str, str], str]] = {
    "not a graph": (lambda: b"\xff" * 1000, {}, "TensorFlow says: Invalid GraphDef"),
    "cut short": (lambda: graphs.make_softmax(WEIGHTS)[:-500], {}, "TensorFlow says: Invalid GraphDef"),
    "unknown operation": (
        lambda: graphs.make_graph(graphs.make_node("y", "Teleport")),
        {},
        "TensorFlow says: .*Teleport",
    ),
    "input missing": (lambda: graphs.make_softmax(WEIGHTS), {"input": "image"}, "no operation 'image'"),
    "output missing": (lambda: graphs.make_softmax(WEIGHTS), {"output": "labels"}, "no operation 'labels'"),
    "not float32": (lambda: graphs.make_softmax(WEIGHTS), {"input": "flat"}, "'flat' is not float32"),
}


@pytest.mark.parametrize(("make", "names", "message"), INVALID.values(), ids=INVALID.keys())
def test_invalid_graph_is_refused_with_reason(make: Callable[[], bytes], names: dict[str, str], message: str) -> None:
    with pytest.raises((ValueError, RuntimeError), match=message):
        load(make(), NAMES | names)


def test_graph_that_cannot_run_raises_value_error_each_time() -> None:
    network = load(graphs.make_softmax(WEIGHTS[:63], (-1, -1, -1, -1)))
    for _ in range(2):
        with pytest.raises(ValueError, match=r"TensorFlow says: .*Matrix size-incompatible"):
            network.predict(make_images(1)[0])


def get_anonymous_memory() -> int:
    """Return the bytes of anonymous memory of this process."""
    fields = dict(line.split(":") for line in Path("/proc/self/status").read_text().splitlines())
    return int(fields["RssAnon"].split()[0]) * 1024


def count_open_files() -> int:
    """Return how many files this process has open."""
    return len(list(Path("/proc/self/fd").iterdir()))


def test_failed_and_dropped_loads_free_memory_and_files() -> None:
    weights = np.ones((64, 40_000), np.float32)  # 10 MB a graph
    content = graphs.make_softmax(weights)
    load(content).predict(make_images(1)[0])
    memory, open_files = get_anonymous_memory(), count_open_files()
    for _ in range(15):
        load(content).predict(make_images(1)[0])
        with pytest.raises(ValueError):
            load(content, NAMES | {"output": "nothing"})
    assert get_anonymous_memory() - memory < 100e6
    assert count_open_files() == open_files
