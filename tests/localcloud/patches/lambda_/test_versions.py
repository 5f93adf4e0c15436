"""Versions: Lambda Developer Guide, "Manage Lambda function versions"."""

import pytest
from botocore.exceptions import ClientError

from tests.support.localcloud import versions
from tests.support.localcloud.aws import Aws, zip_files


def test_unchanged_function_is_published_once(aws: Aws) -> None:
    """ "Lambda doesn't publish a version if the function's configuration and code haven't changed"."""
    client, name = aws.client("lambda"), aws.create_function(versions.source_code("same"), Timeout=7)
    first = client.publish_version(FunctionName=name)
    client.update_function_configuration(FunctionName=name, Timeout=7)
    client.update_function_code(FunctionName=name, ZipFile=zip_files({"module.py": versions.source_code("same")}))
    again = client.publish_version(FunctionName=name, Description="another")
    assert first["Version"] == "1"
    assert again["Version"] == "1"
    assert again["Description"] == first["Description"]
    assert versions.publish_code(aws, name, "same") == "1"


def test_changed_function_is_published(aws: Aws) -> None:
    client, name = aws.client("lambda"), aws.create_function(versions.source_code("first"), Publish=True)
    client.update_function_configuration(FunctionName=name, Environment={"Variables": {"MODEL": "another"}})
    assert client.publish_version(FunctionName=name)["Version"] == "2"
    assert versions.publish_code(aws, name, "second") == "3"
    listed = client.list_versions_by_function(FunctionName=name)["Versions"]
    assert [version["Version"] for version in listed] == ["$LATEST", "1", "2", "3"]


def test_version_has_qualified_arn(aws: Aws) -> None:
    """This includes versions that are published while the function is created or updated."""
    created = versions.create_versions(aws)
    listed = aws.client("lambda").list_versions_by_function(FunctionName=created.function)["Versions"]
    assert [version["FunctionArn"] for version in listed[1:]] == [f"{created.arn}:1", f"{created.arn}:2"]


def test_version_keeps_published_code_and_settings(aws: Aws) -> None:
    client, name = aws.client("lambda"), aws.create_function(versions.source_code("first"), Publish=True, Timeout=5)
    client.update_function_configuration(FunctionName=name, Timeout=9)
    versions.publish_code(aws, name, "second")
    configuration = client.get_function_configuration(FunctionName=name, Qualifier="1")
    assert configuration["Timeout"] == 5
    assert versions.invoke_version(aws, name, "1")[0]["mark"] == "first"


def test_publish_with_other_code_hash_is_rejected(aws: Aws) -> None:
    client, name = aws.client("lambda"), aws.create_function(versions.source_code("first"))
    with pytest.raises(ClientError, match="is different from current CodeSHA256"):
        client.publish_version(FunctionName=name, CodeSha256="another hash")


def test_deleted_function_deletes_its_versions(aws: Aws) -> None:
    client, created = aws.client("lambda"), versions.create_versions(aws)
    client.delete_function(FunctionName=created.function)
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.invoke(FunctionName=created.function, Qualifier="1")
