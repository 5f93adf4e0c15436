"""Listing and restoring the versions of a state, in the local cloud's S3."""

import json
from collections.abc import Iterable
from typing import Any

import boto3
import pytest

from localcloud import LocalCloud
from sluice.errors import SluiceError
from sluice.terraform import state_bucket
from sluice.terraform.history import StateHistory, StateSummary, StateVersion
from sluice.terraform.restore import restore_version

BUCKET = "many-versions"


@pytest.fixture(scope="module")
def s3(cloud: LocalCloud) -> Any:  # noqa: ARG001 - provides S3
    s3 = boto3.client("s3")
    state_bucket.create_local_bucket(s3, BUCKET)
    return s3


def write_versions(s3: Any, key: str, serials: Iterable[int]) -> list[str]:
    """Write versions in this order, with these serials and as many resources each; return their ids."""
    ids = []
    for serial in serials:
        resources = [{"mode": "managed", "instances": [{}] * serial}, {"mode": "data", "instances": [{}]}]
        state = {"version": 4, "serial": serial, "lineage": "one", "resources": resources}
        ids.append(str(s3.put_object(Bucket=BUCKET, Key=key, Body=json.dumps(state).encode())["VersionId"]))
    return ids


def test_list_versions_returns_all_with_the_current_one_first(s3: Any) -> None:
    ids = write_versions(s3, "all", range(1, 26))
    write_versions(s3, "all.tflock", [1])
    history = StateHistory(s3, BUCKET, "all")
    versions = history.list_versions()
    assert sorted(version.id for version in versions) == sorted(ids)
    assert [version.id for version in versions if version.current] == [versions[0].id] == [ids[-1]]
    summaries = dict(zip([version.id for version in versions], history.summarize(versions), strict=True))
    assert summaries == {version: StateSummary(serial, serial) for serial, version in enumerate(ids, start=1)}


def test_restore_of_the_oldest_version_gets_the_highest_serial(s3: Any) -> None:
    oldest, *_ = write_versions(s3, "oldest", [1, *range(2, 30), 90, 3])  # the last one was forced
    assert "with 1 resources, now as serial 91." in restore_version(StateHistory(s3, BUCKET, "oldest"), oldest)
    current = json.loads(s3.get_object(Bucket=BUCKET, Key="oldest")["Body"].read())
    assert (current["serial"], current["lineage"], len(current["resources"][0]["instances"])) == (91, "one", 1)


def test_restore_ignores_versions_without_a_valid_state(s3: Any) -> None:
    (good,) = write_versions(s3, "none", [7])
    invalid = s3.put_object(Bucket=BUCKET, Key="none", Body=b"<html>504</html>")["VersionId"]
    s3.delete_object(Bucket=BUCKET, Key="none")
    history = StateHistory(s3, BUCKET, "none")
    assert [history.read_state(version) is None for version in history.list_versions()].count(True) == 2
    with pytest.raises(SluiceError, match="is not a readable state: `make state-versions ALL=1` lists the others"):
        restore_version(history, invalid)
    assert "now as serial 8." in restore_version(history, good)


def test_restore_does_not_read_versions_before_the_chosen_one(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    old = write_versions(s3, "read", [1, 2])
    history = StateHistory(s3, BUCKET, "read")
    before = max(version.written for version in history.list_versions())
    while history.list_versions()[0].written == before:  # S3 lists times in seconds
        chosen = write_versions(s3, "read", [3])[0]
    reads, read_state = set(), StateHistory.read_state

    def record(history: StateHistory, version: StateVersion) -> Any:
        reads.add(version.id)
        return read_state(history, version)

    monkeypatch.setattr(StateHistory, "read_state", record)
    assert "now as serial 4." in restore_version(history, chosen)
    assert chosen in reads
    assert not reads & set(old)
