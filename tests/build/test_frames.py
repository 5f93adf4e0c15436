"""What is packed in frames comes out as it went in, also where the frames' table is not known."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import zstandard

from build.package import frames
from inference.models.engines import zstd_frames
from tests.support.build.small_project import ROOT

DATA = np.random.default_rng(1).integers(0, 4, 2 * frames.FRAME_BYTES + 5, np.uint8).tobytes()


@pytest.mark.parametrize("data", [b"", b"a", DATA[: frames.FRAME_BYTES], DATA], ids=len)
def test_any_decompressor_reads_it(data: bytes) -> None:
    read = zstandard.ZstdDecompressor().stream_reader(frames.pack(data), read_across_frames=True)
    assert read.read() == data


@pytest.mark.parametrize("data", [b"a", DATA[: frames.FRAME_BYTES], DATA], ids=len)
@pytest.mark.parametrize("threads", [1, 3])
def test_the_functions_unpack_it(data: bytes, threads: int, tmp_path: Path) -> None:
    (tmp_path / "packed.zst").write_bytes(frames.pack(data))
    fd = os.open(tmp_path / "unpacked", os.O_RDWR | os.O_CREAT)
    zstd_frames.decompress(tmp_path / "packed.zst", fd, threads)
    os.close(fd)
    assert (tmp_path / "unpacked").read_bytes() == data


def test_threads_and_time_leave_no_trace() -> None:
    program = "import os, sys, hashlib; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}); "
    program += "from build.package import frames; frames._THREADS = 1; "
    program += "print(hashlib.sha256(frames.pack(sys.stdin.buffer.read())).hexdigest())"
    told = [
        subprocess.run([sys.executable, "-c", program], input=DATA, capture_output=True, cwd=ROOT, check=True).stdout
        for program in (program, program.replace("_THREADS = 1", "_THREADS = 5"))
    ]
    assert told[0] == told[1]
