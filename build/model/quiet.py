"""Suppress the output of TensorFlow, Keras and LiteRT, including lines that C++ code writes past sys.stdout."""

import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from io import StringIO
from tempfile import TemporaryFile


@contextmanager
def suppress_output() -> Iterator[None]:
    """Discard everything that any library or thread writes to standard output and standard error."""
    sys.stdout.flush()
    sys.stderr.flush()
    saved = [os.dup(number) for number in (1, 2)]
    with TemporaryFile() as discarded, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for number in (1, 2):
            os.dup2(discarded.fileno(), number)
        try:
            with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
                yield
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            for number, copy in zip((1, 2), saved, strict=True):
                os.dup2(copy, number)
                os.close(copy)
