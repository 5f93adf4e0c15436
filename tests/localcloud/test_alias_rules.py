"""What an alias may point to: "Implement Lambda canary deployments using a weighted alias"."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.localcloud import versions
from tests.support.localcloud.aws import ALLOW_ALL, Aws
from tests.support.localcloud.versions import Versions


@pytest.fixture(scope="module")
def made(aws: Aws) -> Versions:
    """Version 3 has another role."""
    made = versions.create_versions(aws)
    client = aws.client("lambda")
    client.update_function_configuration(FunctionName=made.function, Role=aws.create_role("lambda", ALLOW_ALL))
    client.publish_version(FunctionName=made.function)
    return made


def point(aws: Aws, made: Versions, to: str, **weights: float) -> Any:
    routing = {"AdditionalVersionWeights": {name.strip("v"): weight for name, weight in weights.items()}}
    return aws.client("lambda").update_alias(
        FunctionName=made.function, Name="live", FunctionVersion=to, RoutingConfig=routing
    )


def test_a_version_that_is_not_there_is_refused(aws: Aws, made: Versions) -> None:
    client = aws.client("lambda")
    with pytest.raises(client.exceptions.ResourceNotFoundException, match=f"Function not found: {made.arn}:9"):
        client.create_alias(FunctionName=made.function, Name="other", FunctionVersion="9")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        point(aws, made, "1", v9=0.1)


def test_latest_takes_no_share(aws: Aws, made: Versions) -> None:
    with pytest.raises(ClientError, match="LATEST is not supported for an alias pointing to more than 1 version"):
        point(aws, made, "$LATEST", v1=0.1)


def test_both_versions_have_the_same_role(aws: Aws, made: Versions) -> None:
    with pytest.raises(ClientError, match="must have the same Role"):
        point(aws, made, "1", v3=0.1)


@pytest.mark.parametrize("weights", [{"v1": 0.1, "v2": 0.1}, {"v2": 1.5}, {"v1": 0.5}])
def test_shares_that_make_no_sense_are_refused(aws: Aws, made: Versions, weights: dict[str, float]) -> None:
    with pytest.raises(ClientError, match="AdditionalVersionWeights"):
        point(aws, made, "1", **weights)


def test_no_share_is_no_routing(aws: Aws, made: Versions) -> None:
    assert point(aws, made, "1", v2=0.1)["RoutingConfig"] == {"AdditionalVersionWeights": {"2": 0.1}}
    assert "RoutingConfig" not in point(aws, made, "2")
