"""Subscriptions to alarms, the build, and the tools of this machine are checked."""

import json
import shutil
from pathlib import Path
from uuid import uuid4

import boto3
import pytest

from sluice.doctor import artifacts, services, tools
from sluice.doctor.checks import run_checks
from sluice.doctor.context import Context, Status
from tests.sluice.doctor.conftest import RunCheck


def test_subscriptions_must_exist_and_be_confirmed(context: Context, run_check: RunCheck) -> None:
    sns = boto3.client("sns")
    topic = sns.create_topic(Name=f"doctor-{uuid4().hex[:8]}")["TopicArn"]
    context.outputs["alarms"] = {"topic": topic}
    assert run_check(services.check_subscriptions).message == "No one is subscribed to alarms."
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint="arn:aws:sqs:eu-west-1:000000000000:alarms")
    assert run_check(services.check_subscriptions).status is Status.OK
    sns.subscribe(TopicArn=topic, Protocol="http", Endpoint="http://127.0.0.1:1/")  # cannot confirm it
    result = run_check(services.check_subscriptions)
    assert result.status is Status.WARN
    assert result.message == "Subscriptions to alarms that are not confirmed: 1."


def test_build_older_than_its_sources_warns(
    run_check: RunCheck, context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = artifacts.build_folder() / str(artifacts._read_target("local"))
    out = tmp_path / folder.name
    out.mkdir()
    for file in folder.iterdir():
        if file.is_file():
            (out / file.name).symlink_to(file)
    monkeypatch.setattr(artifacts, "build_folder", lambda: tmp_path)
    assert "worker" not in run_check(artifacts.check_build).message
    assert run_check(artifacts.check_sizes).status is not Status.FAIL

    (out / "relay.zip").unlink()
    shutil.copy(folder / "hello.zip", out / "relay.zip")
    result = run_check(artifacts.check_build)
    assert result.status is Status.WARN
    assert "relay" in result.message
    assert "make build ENV=local" in result.fix

    manifest = json.loads((out / "manifest.json").read_text())
    manifest["layers"]["litert"]["unzipped_bytes"] = 300_000_000
    (out / "manifest.json").unlink()
    (out / "manifest.json").write_text(json.dumps(manifest))
    assert run_check(artifacts.check_sizes).status is Status.FAIL

    (out / "manifest.json").unlink()
    (finding,) = run_checks(context, {"build": artifacts.check_build})
    assert "does not exist: run `make build`" in finding.result.message


@pytest.mark.parametrize(
    ("version", "is_valid"), [("1.9.8", False), ("1.10.0", True), ("1.14.0-beta1", True), ("2.0.0", False)]
)
def test_terraform_version_is_compared_with_constraints(version: str, is_valid: bool) -> None:
    assert tools._satisfies(version, ">= 1.10, < 2.0") is is_valid


def test_provider_missing_in_plugin_folder_fails(
    run_check: RunCheck, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TF_CLI_ARGS_init", f"-plugin-dir={tmp_path}")
    assert run_check(tools.check_provider).status is Status.FAIL
    (tmp_path / "registry.example" / "hashicorp" / "aws" / "5.100.0").mkdir(parents=True)
    assert run_check(tools.check_provider).status is Status.OK


def test_disk_nearly_full_warns_or_fails(run_check: RunCheck, monkeypatch: pytest.MonkeyPatch) -> None:
    for free, status in ((100 << 20, Status.FAIL), (1 << 30, Status.WARN), (50 << 30, Status.OK)):
        usage = shutil.disk_usage("/")._replace(free=free)
        monkeypatch.setattr(shutil, "disk_usage", lambda _, usage=usage: usage)
        assert run_check(tools.check_disk).status is status
