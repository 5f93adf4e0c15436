"""TensorFlow's shared libraries: found in their layer, decompressed into memory, loaded once per process."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from ctypes import CDLL
from pathlib import Path
from threading import Lock

from inference.errors import ModelError
from inference.models.engines.stderr import suppress_stderr

FOLDER = "tensorflow_libraries"
# In the order of loading: the second is linked to the first by this name.
NAMES = ("libtensorflow_framework.so.2", "libtensorflow_cc.so.2")

_lock = Lock()
_loaded: dict[str, CDLL] = {}


def load() -> Sequence[CDLL]:
    """Return the libraries in the order of NAMES, loaded by the first call.

    Raises:
        ModelError: The layer is missing or damaged, or there is no memory or disk space for the libraries.
    """
    with _lock:
        if len(_loaded) < len(NAMES):
            os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
            _load_from_folder(_find_folder())
        return [_loaded[name] for name in NAMES]


def _find_folder() -> Path:
    for path in sys.path:
        if (Path(path) / FOLDER).is_dir():
            return Path(path) / FOLDER
    raise ModelError(
        "The model's engine is tensorflow, and TensorFlow's libraries are missing: give the function the tensorflow "
        "layer (make build, make apply), or import the model for the engine litert."
    )


def _load_from_folder(folder: Path) -> None:
    try:
        _decompress_and_load(folder, _memory_file)
    except (AttributeError, OSError):
        # The system has no memfd_create, or forbids to load a library from it.
        try:
            _decompress_and_load(folder, _temporary_file)
        except OSError as error:
            raise ModelError(
                f"TensorFlow's libraries cannot be loaded from {folder} ({error}): give the function more memory, or "
                f"1,024 MB of ephemeral storage for {tempfile.gettempdir()}."
            ) from None


def _decompress_and_load(folder: Path, open_file: Callable[[str], AbstractContextManager[tuple[int, str]]]) -> None:
    # Imported only here because zstandard comes with the layer.
    from inference.models.engines import zstd_frames

    missing = [name for name in NAMES if name not in _loaded]
    with ExitStack() as files:
        # All files stay open until all libraries are loaded: the loader takes a path that it knows for a library that
        # it has loaded before.
        for name in missing:
            fd, path = files.enter_context(open_file(name))
            zstd_frames.decompress(folder / f"{name}.zst", fd, os.cpu_count() or 1)
            with suppress_stderr():
                # CDLL's default is RTLD_LOCAL, so that their symbols do not replace those of other libraries.
                _loaded[name] = CDLL(path)


@contextmanager
def _memory_file(name: str) -> Iterator[tuple[int, str]]:
    """Open a file in memory; its descriptor and path."""
    fd = os.memfd_create(name)
    try:
        yield fd, f"/proc/self/fd/{fd}"
    finally:
        os.close(fd)


@contextmanager
def _temporary_file(name: str) -> Iterator[tuple[int, str]]:
    """Open a file on disk; its descriptor and path. A library loaded from it survives its deletion."""
    with tempfile.NamedTemporaryFile(suffix=f"-{name}") as file:
        yield file.fileno(), file.name
