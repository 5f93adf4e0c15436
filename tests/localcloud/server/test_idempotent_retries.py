"""A request that an SDK retries because the response was lost takes effect once.

"amz-sdk-invocation-id: a unique id of the operation, the same for all its attempts" (the SDKs' retry specification).
"""

import json
from uuid import uuid4

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.httpsession import URLLib3Session

from localcloud import LocalCloud
from tests.support.localcloud.aws import Aws

TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
TRUST_POLICY = json.dumps({"Version": "2012-10-17", "Statement": [TRUST]})


def create_role(cloud: LocalCloud, name: str, invocation: str, attempt: int) -> int:
    """Send one attempt to create a role, as an SDK does, and return the HTTP status."""
    form = {"Action": "CreateRole", "Version": "2010-05-08", "RoleName": name, "AssumeRolePolicyDocument": TRUST_POLICY}
    headers = {"amz-sdk-invocation-id": invocation, "amz-sdk-request": f"attempt={attempt}; max=3"}
    request = AWSRequest("POST", cloud.endpoint, headers, form)
    variables = cloud.environment()
    keys = Credentials(variables["AWS_ACCESS_KEY_ID"], variables["AWS_SECRET_ACCESS_KEY"])
    SigV4Auth(keys, "iam", variables["AWS_REGION"]).add_auth(request)
    return int(URLLib3Session(verify=variables["AWS_CA_BUNDLE"]).send(request.prepare()).status_code)


def test_retry_of_same_operation_repeats_first_response(cloud: LocalCloud) -> None:
    invocation = str(uuid4())
    assert create_role(cloud, "retried", invocation, 1) == 200
    assert create_role(cloud, "retried", invocation, 2) == 200


def test_request_of_another_operation_is_executed(cloud: LocalCloud) -> None:
    assert create_role(cloud, "created-twice", str(uuid4()), 1) == 200
    assert create_role(cloud, "created-twice", str(uuid4()), 1) == 409


def test_retry_after_error_is_executed_again(cloud: LocalCloud, aws: Aws) -> None:
    invocation = str(uuid4())
    assert create_role(cloud, "created-later", str(uuid4()), 1) == 200
    assert create_role(cloud, "created-later", invocation, 1) == 409
    aws.client("iam").delete_role(RoleName="created-later")
    assert create_role(cloud, "created-later", invocation, 2) == 200
