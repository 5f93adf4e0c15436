"""Who may call an HTTP API: API Gateway Developer Guide, "Control access to HTTP APIs with IAM authorization"."""

import pytest

from tests.support.localcloud import apis
from tests.support.localcloud.apis import Api, Reply
from tests.support.localcloud.aws import ACCOUNT, Aws, Keys, allow

FORBIDDEN = Reply(403, {"message": "Forbidden"})


@pytest.fixture(scope="module")
def api(aws: Aws) -> Api:
    return apis.create_api(aws, "def handler(event, context): return event['requestContext']['authorizer']['iam']")


def test_an_unsigned_request_is_refused(aws: Aws, api: Api) -> None:
    assert apis.send_request(aws, f"{api.endpoint}/jobs/1") == FORBIDDEN


def test_so_is_one_with_a_wrong_or_unknown_key(aws: Aws, api: Api) -> None:
    known = apis.operator_keys(aws).access
    for keys in (Keys(known, "wrong"), Keys("AKIA0000000000000000", "unknown")):
        assert apis.send_request(aws, f"{api.endpoint}/jobs/1", keys) == FORBIDDEN


def test_a_user_needs_permission_for_the_route(aws: Aws, api: Api) -> None:
    """execute-api:Invoke on arn:aws:execute-api:region:account:api-id/stage/METHOD/path."""
    arn = f"arn:aws:execute-api:{aws.region}:{ACCOUNT}:{api.api_id}/$default"
    user = aws.create_user(allow("execute-api:Invoke", on=f"{arn}/GET/jobs/*"))
    reply = apis.send_request(aws, f"{api.endpoint}/jobs/1", user)
    assert (reply.status, reply.body["accessKey"]) == (200, user.access)
    assert apis.send_request(aws, f"{api.endpoint}/jobs", user, "POST", b"[]") == FORBIDDEN
    assert apis.send_request(aws, f"{api.endpoint}/jobs/1", aws.create_user(allow("s3:GetObject"))) == FORBIDDEN
