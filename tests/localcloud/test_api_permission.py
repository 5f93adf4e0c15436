"""A function admits an API: Lambda Developer Guide, "Grant an API Gateway API permission to invoke a function"."""

import pytest

from tests.support.localcloud import apis
from tests.support.localcloud.aws import Aws

ERROR = apis.Reply(500, {"message": "Internal Server Error"})
SOURCE = "def handler(event, context): return {'called': True}"


@pytest.mark.parametrize("permit", ["*/*/*", "$default/GET/jobs/{id}", "*"])
def test_it_is_called_with_permission(aws: Aws, permit: str) -> None:
    api = apis.create_api(aws, SOURCE, permit=permit)
    assert apis.send_request(aws, f"{api.endpoint}/jobs/1", apis.operator_keys(aws)).body == {"called": True}


@pytest.mark.parametrize("permit", [None, "*/POST/jobs", "other/GET/jobs/{id}"])
def test_without_it_the_api_answers_500(aws: Aws, permit: str | None) -> None:
    api = apis.create_api(aws, SOURCE, permit=permit)
    assert apis.send_request(aws, f"{api.endpoint}/jobs/1", apis.operator_keys(aws)) == ERROR
