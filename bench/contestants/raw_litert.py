"""The interpreter alone: a prepared array through the network, as often as the event has records."""

import os
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter

INTERPRETER = Interpreter(os.environ["NETWORK"], num_threads=int(os.environ["THREADS"]))
INTERPRETER.allocate_tensors()
(TAKES,) = INTERPRETER.get_input_details()
(GIVES,) = INTERPRETER.get_output_details()
ARRAY = np.random.default_rng(4).uniform(-1, 1, TAKES["shape"]).astype(np.float32)


def handler(event: dict[str, Any], _context: object) -> list[int]:
    """Run the network once for each record. Returns the best outputs."""
    answers = []
    for _ in event["Records"]:
        INTERPRETER.set_tensor(TAKES["index"], ARRAY)
        INTERPRETER.invoke()
        answers.append(int(INTERPRETER.get_tensor(GIVES["index"]).argmax()))
    return answers
