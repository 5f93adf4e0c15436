"""Saved queries of Logs Insights; queries themselves are tested with their engine.

CloudWatch Logs API Reference, "PutQueryDefinition", "DescribeQueryDefinitions" and "DeleteQueryDefinition".
"""

import pytest
from botocore.exceptions import ClientError

from tests.support.localcloud.aws import Aws


def test_query_definition_is_saved_updated_and_deleted(aws: Aws) -> None:
    logs = aws.client("logs")
    settings = {"name": "saved/slow", "queryString": "fields @message", "logGroupNames": ["/aws/lambda/f"]}
    definition_id = logs.put_query_definition(**settings)["queryDefinitionId"]
    (definition,) = logs.describe_query_definitions(queryDefinitionNamePrefix="saved/")["queryDefinitions"]
    assert {name: definition[name] for name in settings} == settings
    changed = settings | {"queryDefinitionId": definition_id, "queryString": "limit 1"}
    assert logs.put_query_definition(**changed)["queryDefinitionId"] == definition_id
    (definition,) = logs.describe_query_definitions(queryDefinitionNamePrefix="saved/slow")["queryDefinitions"]
    assert definition["queryString"] == "limit 1"
    assert logs.delete_query_definition(queryDefinitionId=definition_id)["success"]
    assert logs.describe_query_definitions(queryDefinitionNamePrefix="saved/")["queryDefinitions"] == []


def test_unknown_query_definition_is_rejected(aws: Aws) -> None:
    logs = aws.client("logs")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        logs.delete_query_definition(queryDefinitionId="nothing")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        logs.put_query_definition(queryDefinitionId="nothing", name="n", queryString="limit 1")
