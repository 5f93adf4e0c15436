"""Actions on aliases: Service Authorization Reference, "Actions, resources, and condition keys for AWS Lambda"."""

import pytest
from botocore.exceptions import ClientError

from tests.support.localcloud import versions
from tests.support.localcloud.aws import Aws, allow


@pytest.mark.parametrize("action", ["GetAlias", "UpdateAlias", "DeleteAlias"])
def test_each_needs_its_own_permission(aws: Aws, action: str) -> None:
    made = versions.create_versions(aws)
    calls = {"GetAlias": "get_alias", "UpdateAlias": "update_alias", "DeleteAlias": "delete_alias"}

    def call(*statements: str) -> None:
        client = aws.client("lambda", aws.create_user(allow(*statements)))
        getattr(client, calls[action])(FunctionName=made.function, Name="live")

    with pytest.raises(ClientError, match=f"lambda:{action}"):
        call(*(f"lambda:{other}" for other in (*calls, "ListAliases", "CreateAlias") if other != action))
    call(f"lambda:{action}")
