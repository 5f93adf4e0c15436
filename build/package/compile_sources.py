"""Compile Python sources to .pyc files. The target's own Python runs this file as a program.

Standard input and output are JSON objects: contents by path in a layer's python/ folder, as strings with one character
for each byte (Latin-1). The .pyc files are hash-based and unchecked (PEP 552): Python loads them without comparing the
source.
"""

import importlib.util
import json
import marshal
import sys

_LAMBDA_FOLDER = "/opt/python/"  # tracebacks name this path; Lambda extracts layers to it
_UNCHECKED = (1).to_bytes(4, "little")


def compile_source(path: str, source: bytes) -> bytes | None:
    """Compile one file.

    marshal marks an object as shared if its reference count is above one at that moment, which depends on internals of
    the compiler. So the code is written once without any sharing (version 2 of the format), read back, and written
    again: then only interned strings and Python's own singletons are shared, in every process.

    Args:
        path: The path in the layer's python/ folder.
        source: The contents of the file.

    Returns:
        The .pyc file; None if the source is not valid for this Python (distributions may contain such files).
    """
    try:
        code = compile(source, sys.intern(_LAMBDA_FOLDER + path), "exec", dont_inherit=True, optimize=0)
    except (SyntaxError, ValueError):
        return None
    unshared = marshal.loads(marshal.dumps(code, 2))  # noqa: S302 - written in the same expression
    return importlib.util.MAGIC_NUMBER + _UNCHECKED + importlib.util.source_hash(source) + marshal.dumps(unshared)


if __name__ == "__main__":
    compiled = {}
    for file, text in json.load(sys.stdin).items():
        data = compile_source(file, text.encode("latin-1"))
        if data is not None:
            compiled[importlib.util.cache_from_source(file, optimization="")] = data.decode("latin-1")
    json.dump(compiled, sys.stdout)
