"""The limits of the hardware: the LiteRT interpreter alone, and a matrix product of numpy alone."""

import os
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.networks import MATRIX_SIZE


def run_interpreter(event: dict[str, Any], _context: object) -> list[int]:
    """Run the network on a prepared array once per record; return the indices of the best outputs."""
    interpreter, array = _load_interpreter()
    input_index = interpreter.get_input_details()[0]["index"]
    output_index = interpreter.get_output_details()[0]["index"]
    best = []
    for _ in event["Records"]:
        interpreter.set_tensor(input_index, array)
        interpreter.invoke()
        best.append(int(interpreter.get_tensor(output_index).argmax()))
    return best


def multiply_matrices(event: dict[str, Any], _context: object) -> int:
    """Multiply two square float32 matrices once per record; return the number of products."""
    left, right, product = _create_matrices()
    for _ in event["Records"]:
        np.matmul(left, right, out=product)
    return len(event["Records"])


@cache
def _load_interpreter() -> tuple[Any, NDArray[np.float32]]:
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(os.environ["NETWORK"], num_threads=int(os.environ["THREADS"]))
    interpreter.allocate_tensors()
    shape = interpreter.get_input_details()[0]["shape"]
    return interpreter, np.random.default_rng(4).uniform(-1, 1, shape).astype(np.float32)


@cache
def _create_matrices() -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    left, right = np.random.default_rng(4).uniform(-1, 1, (2, MATRIX_SIZE, MATRIX_SIZE)).astype(np.float32)
    return left, right, np.empty((MATRIX_SIZE, MATRIX_SIZE), np.float32)
