"""How long the build takes: from nothing, each engine's layer by itself, and again when nothing has changed."""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from time import perf_counter

from bench.bench import Bench
from bench.process import ContestantError
from bench.samples import Sample
from build.package.target import Target
from sluice.project import find_project

REPEATS = 3
ENGINES = ("litert", "tensorflow")


def run(bench: Bench) -> Iterator[Sample]:
    """Into a folder of its own; then `make build` in place, which must find everything as it is."""
    for engine in ENGINES:
        out = bench.world.folder / f"build-{engine}"
        shutil.rmtree(out, ignore_errors=True)
        command = [sys.executable, "-m", "build.package", "--out", str(out), "--engine", engine]
        yield _timed(command, f"{engine} from nothing", 0)
        yield _timed(command, f"{engine} again", 0)
    again = ["make", "build", "ENV=local"]
    _timed(again, "", 0)
    place = find_project() / "build" / "out" / str(Target.here())
    before = _state(place)
    for repeat in range(bench.repeats):
        yield _timed(again, "make build again", repeat)
    if _state(place) != before:
        raise ContestantError("make build wrote files although nothing had changed.")


def _timed(command: list[str], case: str, repeat: int) -> Sample:
    before, began = _children(), perf_counter()
    done = subprocess.run(command, cwd=find_project(), capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise ContestantError(f"{' '.join(command[-4:])}: {(done.stderr or done.stdout).strip().splitlines()[-1]}")
    return Sample("build", "build", "", case, 2, repeat, 1, perf_counter() - began, _children() - before)


def _children() -> float:
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _state(folder: Path) -> Mapping[str, tuple[int, str]]:
    """When each file was written, and what is in it."""
    return {
        path.name: (path.stat().st_mtime_ns, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in sorted(folder.glob("*"))
        if path.is_file() and not path.name.startswith(".")
    }
