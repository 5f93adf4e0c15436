"""TensorFlow's engine: a frozen graph, run by the layer's libraries, gives what its arithmetic says."""

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
def pages(content: bytes) -> Iterator[MemoryFile]:
    with closing(MemoryFile("model.pb", len(content))) as made:
        made.write(content, 0)
        yield made


def load(content: bytes, names: Mapping[str, str] = NAMES, threads: int = 1) -> tensorflow.Network:
    with pages(content) as model:
        return tensorflow.load(model, names, SHAPE, threads)


def expected(array: NDArray[np.float32]) -> NDArray[np.float64]:
    scores = np.exp(array.reshape(-1).astype(np.float64) @ WEIGHTS)
    return np.asarray(scores / scores.sum())


def images(count: int) -> list[NDArray[np.float32]]:
    rng = np.random.default_rng(2)
    return [rng.random(SHAPE, dtype=np.float32) for _ in range(count)]


@pytest.mark.parametrize("declared", [SHAPE, (-1, 8, 8, 1), (-1, -1, -1, -1)])
def test_scores_are_what_the_graph_computes(declared: tuple[int, ...]) -> None:
    network = load(graphs.softmax(WEIGHTS, declared))
    assert network.input_shape == SHAPE
    for image in images(3):
        scores = network.predict(image)
        assert scores.dtype == np.float32
        assert scores.shape == (10,)
        np.testing.assert_allclose(scores, expected(image), atol=1e-6)


def test_a_result_outlives_those_that_come_after_it() -> None:
    network = load(graphs.softmax(WEIGHTS))
    results = [network.predict(image) for image in images(50)]
    for image, result in zip(images(50), results, strict=True):
        np.testing.assert_allclose(result, expected(image), atol=1e-6)


def test_many_threads_predict_what_one_predicts() -> None:
    network = load(graphs.softmax(WEIGHTS), threads=2)
    given = images(200)
    found: dict[int, NDArray[np.float32]] = {}

    def run(start: int) -> None:
        for index in range(start, len(given), 8):
            found[index] = network.predict(given[index])

    threads = [threading.Thread(target=run, args=(start,)) for start in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for index, image in enumerate(given):
        np.testing.assert_allclose(found[index], expected(image), atol=1e-6)


def test_the_graphs_own_shape_is_told_when_it_is_another() -> None:
    assert load(graphs.softmax(WEIGHTS, (1, 64))).input_shape == (1, 64)
    assert load(graphs.softmax(WEIGHTS, (1, 4, 16, 1))).input_shape == (1, 4, 16, 1)


@pytest.mark.parametrize(
    "array", [np.zeros((1, 8, 9, 1), np.float32), np.zeros((64,), np.float32), np.zeros(SHAPE, np.float64)]
)
def test_an_array_that_does_not_fit_is_refused(array: NDArray[np.float32]) -> None:
    with pytest.raises(ValueError, match=r"it must be float32 \(1, 8, 8, 1\)"):
        load(graphs.softmax(WEIGHTS)).predict(array)


FLAWED: dict[str, tuple[Callable[[], bytes], dict[str, str], str]] = {
    "no graph": (lambda: b"\xff" * 1000, {}, "TensorFlow says: Invalid GraphDef"),
    "cut short": (lambda: graphs.softmax(WEIGHTS)[:-500], {}, "TensorFlow says: Invalid GraphDef"),
    "unknown operation": (lambda: graphs.graph(graphs.node("y", "Teleport")), {}, "TensorFlow says: .*Teleport"),
    "input missing": (lambda: graphs.softmax(WEIGHTS), {"input": "image"}, "no operation 'image'"),
    "output missing": (lambda: graphs.softmax(WEIGHTS), {"output": "labels"}, "no operation 'labels'"),
    "not float32": (lambda: graphs.softmax(WEIGHTS), {"input": "flat"}, "'flat' is not float32"),
}


@pytest.mark.parametrize(("make", "names", "sentence"), FLAWED.values(), ids=FLAWED.keys())
def test_what_is_no_such_graph_is_refused_with_tensorflows_reason(
    make: Callable[[], bytes], names: dict[str, str], sentence: str
) -> None:
    with pytest.raises((ValueError, RuntimeError), match=sentence):
        load(make(), NAMES | names)


def test_a_graph_that_cannot_run_says_why_and_the_next_image_is_not_hurt() -> None:
    network = load(graphs.softmax(WEIGHTS[:63], (-1, -1, -1, -1)))
    for _ in range(2):
        with pytest.raises(ValueError, match=r"TensorFlow says: .*Matrix size-incompatible"):
            network.predict(images(1)[0])


def resident() -> int:
    """Bytes of anonymous memory that this process has."""
    fields = dict(line.split(":") for line in Path("/proc/self/status").read_text().splitlines())
    return int(fields["RssAnon"].split()[0]) * 1024


def descriptors() -> int:
    """How many files this process has open."""
    return len(list(Path("/proc/self/fd").iterdir()))


def test_loads_that_fail_or_are_forgotten_leave_no_memory_and_no_descriptor() -> None:
    weights = np.ones((64, 40_000), np.float32)  # 10 MB a graph
    content = graphs.softmax(weights)
    load(content).predict(images(1)[0])
    before, open_files = resident(), descriptors()
    for _ in range(15):
        load(content).predict(images(1)[0])
        with pytest.raises(ValueError):
            load(content, NAMES | {"output": "nothing"})
    assert resident() - before < 100e6
    assert descriptors() == open_files
