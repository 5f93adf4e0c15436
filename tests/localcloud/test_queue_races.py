"""SQS keeps what it accepted until it is deleted, and hides what it gave: "Amazon SQS visibility timeout"."""

import os
import subprocess

from localcloud.settings import ROOT, find_python


def test_no_message_is_lost_or_doubled_between_clients_and_the_poller() -> None:
    patch = "skipped" if "queue_races" in os.environ.get("CLOUD_SKIP", "") else "applied"
    command = [str(find_python("cloud")), str(ROOT / "tests/support/localcloud/hammer_queue.py"), patch]
    run = subprocess.run(command, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=60, check=True)
    assert run.stdout == "0 lost, 0 doubled"
