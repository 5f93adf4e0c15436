"""A function admits an API: Lambda Developer Guide, "Grant an API Gateway API permission to invoke a function"."""

import pytest

from tests.support.localcloud import apis
from tests.support.localcloud.aws import Aws

ERROR = apis.Reply(500, {"message": "Internal Server Error"})
SOURCE = "def handler(event, context): return {'called': True}"


@pytest.mark.parametrize("permit", ["*/*/*", "$default/GET/jobs/{id}", "*"])
def test_it_is_called_with_permission(aws: Aws, permit: str) -> None:
    api = apis.create(aws, SOURCE, permit=permit)
    assert apis.request(aws, f"{api.endpoint}/jobs/1", apis.operator(aws)).body == {"called": True}


@pytest.mark.parametrize("permit", [None, "*/POST/jobs", "other/GET/jobs/{id}"])
def test_without_it_the_api_answers_500(aws: Aws, permit: str | None) -> None:
    api = apis.create(aws, SOURCE, permit=permit)
    assert apis.request(aws, f"{api.endpoint}/jobs/1", apis.operator(aws)) == ERROR
