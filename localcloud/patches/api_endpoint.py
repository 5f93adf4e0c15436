"""An API's ApiEndpoint can be called as it is told; ministack's names a host that no resolver need know.

Here it is a path on the cloud's own endpoint, so any HTTP client reaches it, and a signature covers what was sent.
"""

import json
from typing import Any

from ministack.services import apigateway

from localcloud.patches.cloud import Cloud
from localcloud.settings import API_PATH


def apply(cloud: Cloud) -> None:
    create = apigateway._create_api

    def created(data: dict[str, Any]) -> Any:
        answer = create(data)
        if answer[0] != 201:
            return answer
        record = apigateway._apis[json.loads(answer[2])["apiId"]]
        if record["protocolType"] == "HTTP":
            record["apiEndpoint"] = f"{cloud.endpoint}{API_PATH}{record['apiId']}"
        return apigateway._apigw_response(record, 201)

    apigateway._create_api = created
