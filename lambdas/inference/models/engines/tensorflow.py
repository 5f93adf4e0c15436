"""TensorFlow: frozen graphs (.pb) on the CPU through its C API. TensorFlow's Python package is not needed."""

import weakref
from collections.abc import Mapping
from contextlib import ExitStack
from ctypes import byref, c_int64, c_void_p

import numpy as np
from numpy.typing import NDArray

from inference.models.engines.tensorflow_c_api import FLOAT, Buffer, Output, Tensor, check_status, get_function
from inference.models.memory_file import MemoryFile


class Network:
    """A loaded graph. Several callers may run it at the same time.

    Attributes:
        input_shape: The shape of the input tensor.
    """

    def __init__(self, session: int, graph_input: Output, graph_output: Output, input_shape: tuple[int, ...]) -> None:
        self.input_shape = input_shape
        self._session, self._input, self._output = session, graph_input, graph_output
        self._free: list[Tensor] = []

    def predict(self, array: NDArray[np.float32]) -> NDArray[np.float32]:
        """Run the graph.

        Args:
            array: float32 of `input_shape`.

        Returns:
            float32 of the shape of the graph's output for it.

        Raises:
            ValueError: The array has another shape or type, or the graph does not accept it.
            RuntimeError: TensorFlow failed.
        """
        if array.shape != self.input_shape or array.dtype != np.float32:
            raise ValueError(f"the array is {array.dtype} {array.shape}; it must be float32 {self.input_shape}")
        try:
            tensor = self._free.pop()
        except IndexError:
            tensor = Tensor.allocate(self.input_shape)
        try:
            np.copyto(tensor.array, array)
            return self._run(tensor)
        finally:
            self._free.append(tensor)

    def _run(self, tensor: Tensor) -> NDArray[np.float32]:
        handle = c_void_p()
        with check_status() as status:
            get_function("TF_SessionRun")(
                *(self._session, None),
                *(byref(self._input), byref(tensor.handle), 1),
                *(byref(self._output), byref(handle), 1),
                *(None, 0, None, status),
            )
        scores = Tensor(handle)  # has to live until its array is copied
        return scores.array.copy()


def load(model: MemoryFile, tensors: Mapping[str, str], shape: tuple[int, ...], threads: int) -> Network:
    """Load a frozen GraphDef.

    Args:
        model: The file, which is read in place. It may be closed afterwards.
        tensors: The names of the operations "input" and "output". Their first outputs are used and must be float32.
        shape: The shape of the input tensor, for dimensions that the graph leaves open.
        threads: How many threads may compute.

    Raises:
        ValueError: The file is not a frozen graph, or has no such operations.
        RuntimeError: TensorFlow cannot run the graph.
        ModelError: TensorFlow's libraries cannot be loaded.
    """
    with ExitStack() as undo:
        graph = get_function("TF_NewGraph")()
        undo.callback(get_function("TF_DeleteGraph"), graph)
        _import_graph(graph, model)
        graph_input, graph_output = (_find_output(graph, tensors[role]) for role in ("input", "output"))
        session = _create_session(graph, threads)
        undo.callback(_delete_session, session)
        network = Network(session, graph_input, graph_output, _complete_shape(graph, graph_input, shape))
        weakref.finalize(network, undo.pop_all().close).atexit = False
    return network


def _import_graph(graph: int, model: MemoryFile) -> None:
    options = get_function("TF_NewImportGraphDefOptions")()
    try:
        with model.map() as content, check_status() as status:
            # The array is not kept in a variable: a traceback would hold it, and so keep the map from being closed.
            buffer = Buffer(np.frombuffer(content, np.uint8).ctypes.data, len(content), None)
            get_function("TF_GraphImportGraphDef")(graph, byref(buffer), options, status)
    finally:
        get_function("TF_DeleteImportGraphDefOptions")(options)


def _find_output(graph: int, name: str) -> Output:
    operation = get_function("TF_GraphOperationByName")(graph, name.encode())
    if not operation or get_function("TF_OperationNumOutputs")(operation) < 1:
        raise ValueError(f"its graph has no operation {name!r} with an output")
    output = Output(operation, 0)
    if get_function("TF_OperationOutputType")(output) != FLOAT:
        raise ValueError(f"the output of its graph's operation {name!r} is not float32")
    return output


def _complete_shape(graph: int, output: Output, expected: tuple[int, ...]) -> tuple[int, ...]:
    """Return the output's shape, with the sizes of `expected` where the graph leaves them open."""
    with check_status() as status:
        rank = get_function("TF_GraphGetTensorNumDims")(graph, output, status)
    if rank < 0:
        return expected
    sizes = (c_int64 * rank)()
    with check_status() as status:
        get_function("TF_GraphGetTensorShape")(graph, output, sizes, rank, status)
    if rank != len(expected):
        return tuple(sizes)
    return tuple(other if size < 0 else size for size, other in zip(sizes, expected, strict=True))


def _create_session(graph: int, threads: int) -> int:
    # ConfigProto (tensorflow/core/protobuf/config.proto): intra_op_parallelism_threads (field 2), one thread between
    # operations (5), and graph_options.rewrite_options.disable_meta_optimizer (10, 10, 19): Grappler takes seconds for
    # optimizations that are done once, when the graph is made.
    config = bytes(
        [2 << 3, min(threads, 127), 5 << 3, 1, 0x52, 5, 0x52, 3, 0x98, 0x01, 1, 0x82, 0x01, 4, 12 << 3, 1, 14 << 3, 1]
    )
    options = get_function("TF_NewSessionOptions")()
    try:
        with check_status() as status:
            get_function("TF_SetConfig")(options, config, len(config), status)
        with check_status() as status:
            session: int = get_function("TF_NewSession")(graph, options, status)
    finally:
        get_function("TF_DeleteSessionOptions")(options)
    return session


def _delete_session(session: int) -> None:
    for name in ("TF_CloseSession", "TF_DeleteSession"):
        with check_status() as status:
            get_function(name)(session, status)
