"""How long the build takes: into an empty folder with one engine's layer, and again without changes."""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from time import perf_counter

from bench.process import CompetitorError
from bench.samples import Sample
from bench.session import Session
from build.package.target import Target
from sluice.project import find_project

ENGINES = ("litert", "tensorflow")


def measure_build(session: Session) -> Iterator[Sample]:
    """Build into separate folders, then run `make build`, which must not write any file.

    Raises:
        CompetitorError: A build fails, or writes files although nothing changed.
    """
    for engine in ENGINES:
        out = session.testbed.folder / f"build-{engine}"
        shutil.rmtree(out, ignore_errors=True)
        command = [sys.executable, "-m", "build.package", "--out", str(out), "--engine", engine]
        yield _measure_command(command, f"{engine}, empty folder", 0)
        yield _measure_command(command, f"{engine}, without changes", 0)
    again = ["make", "build", "ENV=local"]
    _measure_command(again, "", 0)
    folder = find_project() / "build" / "out" / str(Target.current())
    before = _read_state(folder)
    for repeat in range(session.repeats):
        yield _measure_command(again, "make build without changes", repeat)
    if _read_state(folder) != before:
        raise CompetitorError("make build wrote files although nothing changed.")


def _measure_command(command: list[str], case: str, repeat: int) -> Sample:
    before, started = _measure_children(), perf_counter()
    done = subprocess.run(command, cwd=find_project(), capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise CompetitorError(f"{' '.join(command[-4:])}: {(done.stderr or done.stdout).strip().splitlines()[-1]}")
    return Sample("build", "build", "", case, 2, repeat, 1, perf_counter() - started, _measure_children() - before)


def _measure_children() -> float:
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _read_state(folder: Path) -> Mapping[str, tuple[int, str]]:
    """Read the modification time and the SHA-256 of each file."""
    return {
        path.name: (path.stat().st_mtime_ns, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in sorted(folder.glob("*"))
        if path.is_file() and not path.name.startswith(".")
    }
