"""Any version of a state is found and restored, however many there are: in the local cloud's S3."""

import json
from collections.abc import Iterable
from typing import Any

import boto3
import pytest

from localcloud import LocalCloud
from sluice.errors import SluiceError
from sluice.terraform import state_bucket
from sluice.terraform.history import History, Summary, Version
from sluice.terraform.restore import restore

BUCKET = "many-versions"


@pytest.fixture(scope="module")
def s3(cloud: LocalCloud) -> Any:  # noqa: ARG001 - whose S3 it is
    s3 = boto3.client("s3")
    state_bucket.make(s3, BUCKET)
    return s3


def written(s3: Any, key: str, serials: Iterable[int]) -> list[str]:
    """Ids of versions that were written in this order, with these serials and as many resources each."""
    ids = []
    for serial in serials:
        resources = [{"mode": "managed", "instances": [{}] * serial}, {"mode": "data", "instances": [{}]}]
        state = {"version": 4, "serial": serial, "lineage": "one", "resources": resources}
        ids.append(str(s3.put_object(Bucket=BUCKET, Key=key, Body=json.dumps(state).encode())["VersionId"]))
    return ids


def test_all_versions_are_known_and_the_current_one_is_the_first(s3: Any) -> None:
    ids = written(s3, "all", range(1, 26))
    written(s3, "all.tflock", [1])
    history = History(s3, BUCKET, "all")
    found = history.versions()
    assert sorted(version.id for version in found) == sorted(ids)
    assert [version.id for version in found if version.current] == [found[0].id] == [ids[-1]]
    held = dict(zip([version.id for version in found], history.summaries(found), strict=True))
    assert held == {version: Summary(serial, serial) for serial, version in enumerate(ids, start=1)}


def test_the_oldest_of_many_is_restored_above_all_since(s3: Any) -> None:
    oldest, *_ = written(s3, "oldest", [1, *range(2, 30), 90, 3])  # the last one was forced
    assert "with 1 resources, now as serial 91." in restore(History(s3, BUCKET, "oldest"), oldest)
    current = json.loads(s3.get_object(Bucket=BUCKET, Key="oldest")["Body"].read())
    assert (current["serial"], current["lineage"], len(current["resources"][0]["instances"])) == (91, "one", 1)


def test_versions_that_hold_no_state_do_not_count(s3: Any) -> None:
    (good,) = written(s3, "none", [7])
    spoilt = s3.put_object(Bucket=BUCKET, Key="none", Body=b"<html>504</html>")["VersionId"]
    s3.delete_object(Bucket=BUCKET, Key="none")
    history = History(s3, BUCKET, "none")
    assert [history.state(version) is None for version in history.versions()].count(True) == 2
    with pytest.raises(SluiceError, match="is no readable state: `make state-versions ALL=1` lists others"):
        restore(history, spoilt)
    assert "now as serial 8." in restore(history, good)


def test_older_versions_than_the_chosen_one_are_not_read(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    old = written(s3, "read", [1, 2])
    history = History(s3, BUCKET, "read")
    before = max(version.written for version in history.versions())
    while history.versions()[0].written == before:  # S3 knows seconds
        chosen = written(s3, "read", [3])[0]
    reads, read = set(), History.state

    def state(history: History, version: Version) -> Any:
        reads.add(version.id)
        return read(history, version)

    monkeypatch.setattr(History, "state", state)
    assert "now as serial 4." in restore(history, chosen)
    assert chosen in reads
    assert not reads & set(old)
