"""Actions on versions of layers: Service Authorization Reference, "AWS Lambda"."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.localcloud.aws import ACCOUNT, Aws, allow, unique_name, zip_files


@pytest.mark.parametrize("action", ["GetLayerVersion", "DeleteLayerVersion"])
def test_each_needs_its_own_permission_for_that_layer(aws: Aws, action: str) -> None:
    name = unique_name("layer")
    content = {"ZipFile": zip_files({"python/m.py": ""})}
    version = aws.client("lambda").publish_layer_version(LayerName=name, Content=content)["Version"]
    calls = {"GetLayerVersion": "get_layer_version", "DeleteLayerVersion": "delete_layer_version"}
    arn = f"arn:aws:lambda:{aws.region}:{ACCOUNT}:layer:{name}"

    def call(*statements: Any) -> None:
        client = aws.client("lambda", aws.create_user(*statements))
        getattr(client, calls[action])(LayerName=name, VersionNumber=version)

    others = [f"lambda:{other}" for other in (*calls, "ListLayers", "ListLayerVersions") if other != action]
    with pytest.raises(ClientError, match=f"lambda:{action}"):
        call(allow(*others), allow(f"lambda:{action}", on=f"{arn}:{version + 1}"))
    call(allow(f"lambda:{action}", on=f"{arn}:{version}"))
