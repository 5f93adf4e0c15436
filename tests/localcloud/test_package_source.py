"""Code and layers that come from S3: Lambda answers with S3's own error when they are not there."""

import pytest
from botocore.exceptions import ClientError

from tests.support.localcloud.aws import ALLOW_ALL, RUNTIME, Aws, unique_name


@pytest.mark.parametrize("lacking", ["NoSuchKey", "NoSuchBucket"])
def test_what_is_not_there_is_refused(aws: Aws, lacking: str) -> None:
    bucket, client = unique_name("bucket"), aws.client("lambda")
    source = {"S3Bucket": bucket, "S3Key": "none.zip"}
    if lacking == "NoSuchKey":
        aws.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": aws.region})
    with pytest.raises(ClientError, match=f"InvalidParameterValueException.*S3 Error Code: {lacking}"):
        client.publish_layer_version(LayerName=unique_name("layer"), Content=source)
    with pytest.raises(ClientError, match=f"InvalidParameterValueException.*S3 Error Code: {lacking}"):
        client.create_function(
            FunctionName=unique_name("function"), Role=aws.create_role("lambda", ALLOW_ALL), Handler="module.handler",
            Runtime=RUNTIME, Code=source,
        )  # fmt: skip
