"""TensorFlow's shared libraries: found in their layer, unpacked into memory, loaded once for the process."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from ctypes import CDLL
from pathlib import Path
from threading import Lock

from inference.errors import ModelError
from inference.models.engines.quiet import quiet

FOLDER = "tensorflow_libraries"
# In the order of loading: the second finds the first by the name that this was built under.
NAMES = ("libtensorflow_framework.so.2", "libtensorflow_cc.so.2")

_lock = Lock()
_loaded: dict[str, CDLL] = {}


def load() -> Sequence[CDLL]:
    """The libraries. Raises ModelError when there is no layer with them, or when they cannot be unpacked or loaded."""
    with _lock:
        if len(_loaded) < len(NAMES):
            os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
            _load(_folder())
        return [_loaded[name] for name in NAMES]


def _folder() -> Path:
    for place in sys.path:
        if (Path(place) / FOLDER).is_dir():
            return Path(place) / FOLDER
    raise ModelError(
        "The model's engine is tensorflow, and its libraries are not here: give the function the tensorflow layer "
        "(make build, make apply), or import the model for the engine litert."
    )


def _load(folder: Path) -> None:
    try:
        _load_from(folder, _memory)
    except (AttributeError, OSError):
        # The system lends memory no path, or lets no library be loaded from there.
        try:
            _load_from(folder, _disk)
        except OSError as error:
            raise ModelError(
                f"TensorFlow's libraries cannot be loaded from {folder} ({error}): give the function more memory, or "
                f"its {tempfile.gettempdir()} 1,024 MB (ephemeral storage)."
            ) from None


def _load_from(folder: Path, place: Callable[[str], AbstractContextManager[tuple[int, str]]]) -> None:
    # Only now, since what it imports comes with the layer.
    from inference.models.engines import packed

    wanted = [name for name in NAMES if name not in _loaded]
    with ExitStack() as opened:
        # All stay open until all are loaded: a path that is used again would be taken for the library it was before.
        for name in wanted:
            fd, path = opened.enter_context(place(name))
            packed.unpack(folder / f"{name}.zst", fd, os.cpu_count() or 1)
            with quiet():
                # Kept to themselves (RTLD_LOCAL): their symbols would stand in for those of other libraries.
                _loaded[name] = CDLL(path)


@contextmanager
def _memory(name: str) -> Iterator[tuple[int, str]]:
    """A file in memory, open, and its path."""
    fd = os.memfd_create(name)
    try:
        yield fd, f"/proc/self/fd/{fd}"
    finally:
        os.close(fd)


@contextmanager
def _disk(name: str) -> Iterator[tuple[int, str]]:
    """A file on disk, open, and its path; gone afterwards, which does not trouble whoever has loaded it."""
    with tempfile.NamedTemporaryFile(suffix=f"-{name}") as file:
        yield file.fileno(), file.name
