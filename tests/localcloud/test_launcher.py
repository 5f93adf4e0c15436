"""Starting and stopping a local cloud: twice, with its parent, after a crash, and with errors."""

import contextlib
import dataclasses
import errno
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from localcloud import CloudError, LocalCloud, settings
from localcloud.settings import ROOT
from localcloud.state import State
from tests.support.localcloud.aws import Aws, wait_for

SLEEP = "import os, time\ndef handler(e, c): time.sleep(e)"
PARENT = """
import sys, time
from localcloud import LocalCloud
from tests.support.localcloud.aws import Aws
cloud = LocalCloud.start(sys.argv[1])
aws = Aws(cloud)
function = aws.create_function("def handler(e, c): pass")
aws.invoke(function)
print(cloud.state.pid, *cloud.sandbox_pids(function), flush=True)
time.sleep(600)
"""


def have_ended(*pids: int) -> bool:
    return not any(is_running(pid) for pid in pids)


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def list_names(directory: Path) -> set[str]:
    return {file.name for file in directory.iterdir()}


def test_stop_leaves_only_log_and_lock(tmp_path: Path) -> None:
    with LocalCloud.start(tmp_path) as cloud:
        aws = Aws(cloud)
        function = aws.create_function(SLEEP)
        aws.invoke(function, 0)
        pids = [cloud.state.pid, *cloud.sandbox_pids(function)]
        assert len(pids) == 2
        assert (tmp_path / "cloud.json").stat().st_mode & 0o077 == 0
    assert have_ended(*pids)
    assert list_names(tmp_path) == {"log", "lock"}
    cloud.stop()  # a second call does nothing


def test_cloud_listens_on_loopback_only(cloud: LocalCloud) -> None:
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    port = f"{cloud.state.port:04X}"
    listening = {row[1] for row in rows if row[1].endswith(f":{port}") and row[3] == "0A"}
    assert listening == {f"0100007F:{port}"}


def test_start_in_used_directory_fails_and_keeps_cloud(tmp_path: Path) -> None:
    with LocalCloud.start(tmp_path) as cloud:
        with pytest.raises(CloudError, match=f"already runs in .*process {cloud.state.pid}.*localcloud down"):
            LocalCloud.start(tmp_path)
        assert Aws(cloud).client("sqs").list_queues()
        running = LocalCloud.find(tmp_path)
        assert running is not None
        assert running.environment() == cloud.environment()


def test_start_on_used_port_fails(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(CloudError, match=rf"Cannot bind port {port}: Address already in use\."):
            LocalCloud.start(tmp_path, port=port)
    assert LocalCloud.find(tmp_path) is None


def test_two_clouds_share_nothing(tmp_path: Path) -> None:
    with LocalCloud.start(tmp_path / "one") as one, LocalCloud.start(tmp_path / "two") as two:
        Aws(one).create_queue()
        assert not Aws(two).client("sqs").list_queues().get("QueueUrls")
        assert one.environment()["AWS_SECRET_ACCESS_KEY"] != two.environment()["AWS_SECRET_ACCESS_KEY"]
        one.stop()
        assert Aws(two).create_queue()


def test_cloud_ends_when_parent_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PARENT, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        try:
            assert parent.stdout is not None
            pids = [int(pid) for pid in parent.stdout.readline().split()]
            assert len(pids) == 2
            assert not have_ended(*pids)
        finally:
            parent.kill()
    wait_for(lambda: have_ended(*pids))
    assert list_names(tmp_path) == {"log", "lock"}


def test_sandboxes_end_when_server_is_killed(tmp_path: Path) -> None:
    with LocalCloud.start(tmp_path) as cloud:
        aws = Aws(cloud)
        function = aws.create_function(SLEEP)
        with contextlib.suppress(Exception):  # the response never arrives
            aws.client("lambda").invoke(FunctionName=function, InvocationType="Event", Payload=b"600")
        pids = wait_for(lambda: cloud.sandbox_pids(function))
        os.kill(cloud.state.pid, signal.SIGKILL)
        wait_for(lambda: have_ended(*pids))
        wait_for(lambda: LocalCloud.find(tmp_path) is None)
        assert "sandboxes" in list_names(tmp_path)
        with LocalCloud.start(tmp_path) as again:  # removes the files that were left
            assert again.sandbox_pids(function) == []
            assert Aws(again).create_queue()


def test_find_ignores_state_of_other_process(tmp_path: Path) -> None:
    with LocalCloud.start(tmp_path) as cloud:
        state = (tmp_path / "cloud.json").read_text()
    (tmp_path / "cloud.json").write_text(state.replace(str(cloud.state.pid), str(os.getpid())))
    assert LocalCloud.find(tmp_path) is None
    with LocalCloud.start(tmp_path) as again:
        stale = State(os.getpid(), *dataclasses.astuple(cloud.state)[1:])
        LocalCloud(tmp_path, stale).stop()  # must end neither this process nor the new cloud
        assert LocalCloud.find(tmp_path) is not None
        assert Aws(again).create_queue()


def test_start_without_environment_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "ROOT", tmp_path)
    with pytest.raises(CloudError, match=r"build/venv/cloud is missing: run `make up` to create it"):
        LocalCloud.start(tmp_path / "cloud")
    assert not (tmp_path / "cloud").exists()


def test_start_with_other_emulator_version_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Patches are written for one version: no other version may be served with some of them."""
    fake = tmp_path / "packages" / "ministack-9.9.9.dist-info"
    fake.mkdir(parents=True)
    (fake / "METADATA").write_text("Name: ministack\nVersion: 9.9.9\n")
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nPYTHONPATH={fake.parent}:"$PYTHONPATH" exec {settings.find_python("cloud")} "$@"\n')
    python.chmod(0o755)
    monkeypatch.setattr("localcloud.launcher.find_python", lambda _: python)
    with pytest.raises(CloudError, match=r"contains ministack 9\.9\.9, but localcloud/patches is written for 1\.5\.33"):
        LocalCloud.start(tmp_path / "cloud")


def test_start_on_full_disk_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "mkdir", fail)
    with pytest.raises(CloudError, match=f"cannot write to {tmp_path}/cloud: No space left on device"):
        LocalCloud.start(tmp_path / "cloud")


def test_start_with_unknown_patch_fails(tmp_path: Path) -> None:
    with pytest.raises(CloudError, match="Unknown patch: nonsense"):
        LocalCloud.start(tmp_path, skip=["nonsense"])
