"""Run by the target's own Python, as a program: sources on its standard input become .pyc files on its output.

Both are JSON objects by the file's path in a layer's python/, whose texts are bytes read as Latin-1. The files are hash
based and unchecked (PEP 552): Python takes them as they are, whatever the time or the bytes of the source beside them.
"""

import importlib.util
import json
import marshal
import sys

_AT_RUN_TIME = "/opt/python/"  # where tracebacks then say that the code is, and where Python need not correct it
_UNCHECKED = (1).to_bytes(4, "little")


def pyc(path: str, source: bytes) -> bytes | None:
    """The .pyc file of `source`, or None if it is not this Python's language: a distribution may hold such files."""
    try:
        code = compile(source, _AT_RUN_TIME + path, "exec", dont_inherit=True, optimize=0)
    except (SyntaxError, ValueError):
        return None
    return importlib.util.MAGIC_NUMBER + _UNCHECKED + importlib.util.source_hash(source) + marshal.dumps(code)


if __name__ == "__main__":
    compiled = {}
    for file, text in json.load(sys.stdin).items():
        data = pyc(file, text.encode("latin-1"))
        if data is not None:
            compiled[importlib.util.cache_from_source(file, optimization="")] = data.decode("latin-1")
    json.dump(compiled, sys.stdout)
