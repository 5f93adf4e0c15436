"""What a caller learns of a function's failure: API Gateway Developer Guide, "Troubleshooting HTTP API Lambda"."""

from tests.support.localcloud import apis
from tests.support.localcloud.aws import Aws


def test_nothing(aws: Aws) -> None:
    api = apis.create_api(aws, "def handler(event, context): raise ValueError('a secret')")
    reply = apis.send_request(aws, f"{api.endpoint}/jobs/1", apis.operator_keys(aws))
    assert reply == apis.Reply(500, {"message": "Internal Server Error"})
