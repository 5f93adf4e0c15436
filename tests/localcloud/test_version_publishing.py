"""Versions: Lambda Developer Guide, "Manage Lambda function versions"."""

import pytest
from botocore.exceptions import ClientError

from tests.support.localcloud import versions
from tests.support.localcloud.aws import Aws, zip_files


def test_an_unchanged_function_is_published_once(aws: Aws) -> None:
    """ "Lambda doesn't publish a version if the function's configuration and code haven't changed"."""
    client, name = aws.client("lambda"), aws.create_function(versions.source_code("same"), Timeout=7)
    first = client.publish_version(FunctionName=name)
    client.update_function_configuration(FunctionName=name, Timeout=7)
    client.update_function_code(FunctionName=name, ZipFile=zip_files({"module.py": versions.source_code("same")}))
    again = client.publish_version(FunctionName=name, Description="another")
    assert (first["Version"], again["Version"]) == ("1", "1")
    assert again["Description"] == first["Description"]
    assert versions.publish_code(aws, name, "same") == "1"


def test_what_changed_is_published(aws: Aws) -> None:
    client, name = aws.client("lambda"), aws.create_function(versions.source_code("first"), Publish=True)
    client.update_function_configuration(FunctionName=name, Environment={"Variables": {"MODEL": "another"}})
    assert client.publish_version(FunctionName=name)["Version"] == "2"
    assert versions.publish_code(aws, name, "second") == "3"
    listed = client.list_versions_by_function(FunctionName=name)["Versions"]
    assert [version["Version"] for version in listed] == ["$LATEST", "1", "2", "3"]


def test_a_version_has_an_arn_of_its_own(aws: Aws) -> None:
    """Also one that is published while the function is made or updated."""
    made = versions.create_versions(aws)
    listed = aws.client("lambda").list_versions_by_function(FunctionName=made.function)["Versions"]
    assert [version["FunctionArn"] for version in listed[1:]] == [f"{made.arn}:1", f"{made.arn}:2"]


def test_a_version_stays_as_it_was_published(aws: Aws) -> None:
    client, name = aws.client("lambda"), aws.create_function(versions.source_code("first"), Publish=True, Timeout=5)
    client.update_function_configuration(FunctionName=name, Timeout=9)
    versions.publish_code(aws, name, "second")
    kept = client.get_function_configuration(FunctionName=name, Qualifier="1")
    assert (kept["Timeout"], versions.invoke_version(aws, name, "1")[0]["mark"]) == (5, "first")


def test_code_that_changed_in_between_is_not_published(aws: Aws) -> None:
    client, name = aws.client("lambda"), aws.create_function(versions.source_code("first"))
    with pytest.raises(ClientError, match="is different from current CodeSHA256"):
        client.publish_version(FunctionName=name, CodeSha256="of something else")


def test_a_deleted_function_takes_its_versions_along(aws: Aws) -> None:
    client, made = aws.client("lambda"), versions.create_versions(aws)
    client.delete_function(FunctionName=made.function)
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.invoke(FunctionName=made.function, Qualifier="1")
