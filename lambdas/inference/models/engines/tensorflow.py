"""TensorFlow: frozen graphs (.pb) on the CPU, through its C API; none of its Python is needed."""

import weakref
from collections.abc import Mapping
from contextlib import ExitStack
from ctypes import byref, c_int64, c_void_p

import numpy as np
from numpy.typing import NDArray

from inference.models.engines.tensor import Tensor
from inference.models.engines.tensorflow_c import FLOAT, Buffer, Output, function, status
from inference.models.memory_file import MemoryFile


class Network:
    """A graph ready to run, by several callers at once if need be."""

    def __init__(self, session: int, taken: Output, given: Output, input_shape: tuple[int, ...]) -> None:
        self.input_shape = input_shape
        self._session, self._taken, self._given = session, taken, given
        self._free: list[Tensor] = []

    def predict(self, array: NDArray[np.float32]) -> NDArray[np.float32]:
        """float32 [n_labels] of `array`, float32 of `input_shape`. Raises ValueError or RuntimeError."""
        if array.shape != self.input_shape or array.dtype != np.float32:
            raise ValueError(f"the array is {array.dtype} {array.shape}; it must be float32 {self.input_shape}")
        try:
            tensor = self._free.pop()
        except IndexError:
            tensor = Tensor(self.input_shape)
        try:
            np.copyto(tensor.array, array)
            return self._run(tensor)
        finally:
            self._free.append(tensor)

    def _run(self, tensor: Tensor) -> NDArray[np.float32]:
        made = c_void_p()
        with status() as told:
            function("TF_SessionRun")(
                *(self._session, None),
                *(byref(self._taken), byref(tensor.handle), 1),
                *(byref(self._given), byref(made), 1),
                *(None, 0, None, told),
            )
        scores = Tensor.of(made)  # to be held until they are copied
        return scores.array.copy()


def load(model: MemoryFile, tensors: Mapping[str, str], shape: tuple[int, ...], threads: int) -> Network:
    """The network of a frozen GraphDef, run by `threads` threads; the graph is read where it lies.

    `tensors` names the operations "input" and "output", whose first outputs are float32; sizes that the graph leaves
    open are those of `shape`. Raises ValueError or RuntimeError for another file, ModelError without the libraries.
    """
    with ExitStack() as undo:
        graph = function("TF_NewGraph")()
        undo.callback(function("TF_DeleteGraph"), graph)
        _import(graph, model)
        taken, given = (_output(graph, tensors[role]) for role in ("input", "output"))
        session = _session(graph, threads)
        undo.callback(_delete, session)
        network = Network(session, taken, given, _shape(graph, taken, shape))
        weakref.finalize(network, undo.pop_all().close).atexit = False
    return network


def _import(graph: int, model: MemoryFile) -> None:
    options = function("TF_NewImportGraphDefOptions")()
    try:
        with model.mapped() as content, status() as told:
            # No array is kept: it would keep the view from being closed, and a traceback would keep the array.
            buffer = Buffer(np.frombuffer(content, np.uint8).ctypes.data, len(content), None)
            function("TF_GraphImportGraphDef")(graph, byref(buffer), options, told)
    finally:
        function("TF_DeleteImportGraphDefOptions")(options)


def _output(graph: int, name: str) -> Output:
    operation = function("TF_GraphOperationByName")(graph, name.encode())
    if not operation or function("TF_OperationNumOutputs")(operation) < 1:
        raise ValueError(f"its graph has no operation {name!r} with an output")
    output = Output(operation, 0)
    if function("TF_OperationOutputType")(output) != FLOAT:
        raise ValueError(f"the output of its graph's operation {name!r} is not float32")
    return output


def _shape(graph: int, output: Output, wanted: tuple[int, ...]) -> tuple[int, ...]:
    """The output's shape, as `wanted` where the graph leaves it open."""
    with status() as told:
        rank = function("TF_GraphGetTensorNumDims")(graph, output, told)
    if rank < 0:
        return wanted
    sizes = (c_int64 * rank)()
    with status() as told:
        function("TF_GraphGetTensorShape")(graph, output, sizes, rank, told)
    if rank != len(wanted):
        return tuple(sizes)
    return tuple(size if said < 0 else said for said, size in zip(sizes, wanted, strict=True))


def _session(graph: int, threads: int) -> int:
    # ConfigProto (tensorflow/core/protobuf/config.proto): intra_op_parallelism_threads (field 2), one thread between
    # operations (5), and graph_options.rewrite_options.disable_meta_optimizer (10, 10, 19): Grappler takes seconds
    # for what the graph's maker has done once and for all.
    config = bytes(
        [2 << 3, min(threads, 127), 5 << 3, 1, 0x52, 5, 0x52, 3, 0x98, 0x01, 1, 0x82, 0x01, 4, 12 << 3, 1, 14 << 3, 1]
    )
    options = function("TF_NewSessionOptions")()
    try:
        with status() as told:
            function("TF_SetConfig")(options, config, len(config), told)
        with status() as told:
            session: int = function("TF_NewSession")(graph, options, told)
    finally:
        function("TF_DeleteSessionOptions")(options)
    return session


def _delete(session: int) -> None:
    for name in ("TF_CloseSession", "TF_DeleteSession"):
        with status() as told:
            function(name)(session, told)
