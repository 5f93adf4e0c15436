"""SnapStart: Lambda Developer Guide, "Improving startup performance with Lambda SnapStart"; none is taken here."""

import pytest
from botocore.exceptions import ClientError

from tests.support.localcloud.aws import ALLOW_ALL, Aws, unique_name, wait_for, zip_files

SNAPPED = {"ApplyOn": "PublishedVersions"}


def create(aws: Aws, runtime: str, source: str) -> str:
    name = unique_name("function")
    aws.client("lambda").create_function(
        FunctionName=name, Role=aws.create_role("lambda", ALLOW_ALL), Handler="module.handler", Runtime=runtime,
        Code={"ZipFile": zip_files({"module.py": source})}, SnapStart=SNAPPED,
    )  # fmt: skip
    return name


def test_a_runtime_that_cannot_is_refused(aws: Aws) -> None:
    """ "Python 3.12 and later"."""
    with pytest.raises(ClientError, match=r"SnapStart is not supported for the python3\.11 runtime"):
        create(aws, "python3.11", "")


def test_a_version_becomes_active_and_runs_nothing_outside_a_sandbox(aws: Aws) -> None:
    client, name = aws.client("lambda"), create(aws, "python3.12", "raise RuntimeError('imported')")
    client.publish_version(FunctionName=name)

    def settled() -> str:
        state: str = client.get_function_configuration(FunctionName=name, Qualifier="1")["State"]
        return "" if state == "Pending" else state

    assert wait_for(settled) == "Active"
    found = client.get_function_configuration(FunctionName=name, Qualifier="1")["SnapStart"]
    assert found == {"ApplyOn": "PublishedVersions", "OptimizationStatus": "On"}
