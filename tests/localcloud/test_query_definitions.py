"""Saved queries: kept, found by their names, changed and forgotten.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutQueryDefinition.html
"""

import pytest
from botocore.exceptions import ClientError

from tests.support.localcloud.aws import Aws


def test_a_query_is_kept_under_its_name_until_it_is_deleted(aws: Aws) -> None:
    logs = aws.client("logs")
    put = {"name": "saved/slow", "queryString": "fields @message", "logGroupNames": ["/aws/lambda/f"]}
    identity = logs.put_query_definition(**put)["queryDefinitionId"]
    (found,) = logs.describe_query_definitions(queryDefinitionNamePrefix="saved/")["queryDefinitions"]
    assert {name: found[name] for name in put} == put
    changed = put | {"queryDefinitionId": identity, "queryString": "limit 1"}
    assert logs.put_query_definition(**changed)["queryDefinitionId"] == identity
    (found,) = logs.describe_query_definitions(queryDefinitionNamePrefix="saved/slow")["queryDefinitions"]
    assert found["queryString"] == "limit 1"
    assert logs.delete_query_definition(queryDefinitionId=identity)["success"]
    assert logs.describe_query_definitions(queryDefinitionNamePrefix="saved/")["queryDefinitions"] == []


def test_what_is_not_there_is_neither_changed_nor_deleted(aws: Aws) -> None:
    logs = aws.client("logs")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        logs.delete_query_definition(queryDefinitionId="nothing")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        logs.put_query_definition(queryDefinitionId="nothing", name="n", queryString="limit 1")
