"""Those who are told of alarms, on a real topic; a build against its sources."""

import json
import shutil
from pathlib import Path
from uuid import uuid4

import boto3
import pytest

from sluice.doctor import artifacts, services, tools
from sluice.doctor.checks import run_checks
from sluice.doctor.context import Context, Status
from tests.sluice.doctor.conftest import Look


def test_somebody_must_be_told_of_alarms_and_confirm_it(context: Context, look: Look) -> None:
    sns = boto3.client("sns")
    topic = sns.create_topic(Name=f"doctor-{uuid4().hex[:8]}")["TopicArn"]
    context.outputs["alarms"] = {"topic": topic}
    assert look(services.check_subscriptions).message == "No one is subscribed to alarms."
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint="arn:aws:sqs:eu-west-1:000000000000:told")
    assert look(services.check_subscriptions).status is Status.OK
    sns.subscribe(TopicArn=topic, Protocol="http", Endpoint="http://127.0.0.1:1/")  # nobody who could confirm it
    outcome = look(services.check_subscriptions)
    assert (outcome.status, outcome.message) == (Status.WARN, "Subscriptions to alarms that are not confirmed: 1.")


def test_a_build_that_is_older_than_its_sources_is_told(
    look: Look, context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = artifacts.build_folder() / str(artifacts._read_target("local"))
    out = tmp_path / folder.name
    out.mkdir()
    for file in folder.iterdir():
        if file.is_file():
            (out / file.name).symlink_to(file)
    monkeypatch.setattr(artifacts, "build_folder", lambda: tmp_path)
    assert "worker" not in look(artifacts.check_build).message
    assert look(artifacts.check_sizes).status is not Status.FAIL

    (out / "relay.zip").unlink()
    shutil.copy(folder / "hello.zip", out / "relay.zip")
    outcome = look(artifacts.check_build)
    assert outcome.status is Status.WARN
    assert "relay" in outcome.message
    assert "make build ENV=local" in outcome.fix

    manifest = json.loads((out / "manifest.json").read_text())
    manifest["layers"]["litert"]["unzipped_bytes"] = 300_000_000
    (out / "manifest.json").unlink()
    (out / "manifest.json").write_text(json.dumps(manifest))
    assert look(artifacts.check_sizes).status is Status.FAIL

    (out / "manifest.json").unlink()
    (finding,) = run_checks(context, {"build": artifacts.check_build})
    assert "does not exist: run `make build`" in finding.result.message


@pytest.mark.parametrize(
    ("version", "fits"), [("1.9.8", False), ("1.10.0", True), ("1.14.0-beta1", True), ("2.0.0", False)]
)
def test_terraform_must_be_as_pinned(version: str, fits: bool) -> None:
    assert tools._satisfies(version, ">= 1.10, < 2.0") is fits


def test_a_folder_without_the_provider_fails(look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_CLI_ARGS_init", f"-plugin-dir={tmp_path}")
    assert look(tools.check_provider).status is Status.FAIL
    (tmp_path / "registry.example" / "hashicorp" / "aws" / "5.100.0").mkdir(parents=True)
    assert look(tools.check_provider).status is Status.OK


def test_a_full_disk_fails(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    for free, status in ((100 << 20, Status.FAIL), (1 << 30, Status.WARN), (50 << 30, Status.OK)):
        usage = shutil.disk_usage("/")._replace(free=free)
        monkeypatch.setattr(shutil, "disk_usage", lambda _, usage=usage: usage)
        assert look(tools.check_disk).status is status
