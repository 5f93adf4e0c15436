"""An HTTP API answers whoever may not call it 403 {"message":"Forbidden"}, and says no more; ministack says why."""

from typing import Any

from ministack import app
from ministack.services import apigateway

from localcloud.patches.cloud import Cloud


def apply(_: Cloud) -> None:
    enforce = app._enforce_execute_api

    def enforced(api: str, *arguments: Any, **named: Any) -> Any:
        refusal = enforce(api, *arguments, **named)
        return apigateway._jwt_forbidden() if refusal and apigateway.find_api_scope(api) else refusal

    app._enforce_execute_api = enforced
