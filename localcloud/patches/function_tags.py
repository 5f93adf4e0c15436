"""GetFunction tells a function's tags to who may list them, and leaves them out otherwise; ministack tells everybody.

"Tags: The function's tags. Lambda returns tag data only if you have explicit allow permissions for lambda:ListTags"
(Lambda API Reference, "GetFunction").
"""

import json
from typing import Any

from ministack.core import iam_evaluator
from ministack.core.responses import get_region
from ministack.services import lambda_svc

from localcloud.patches.cloud import Cloud


def apply(_: Cloud) -> None:
    get = lambda_svc._get_function

    def told(name: str, qualifier: str | None = None) -> Any:
        status, headers, body = get(name, qualifier)
        if status != 200 or _may_list(lambda_svc._func_arn(name)):
            return status, headers, body
        return status, headers, json.dumps({key: value for key, value in json.loads(body).items() if key != "Tags"})

    lambda_svc._get_function = told


def _may_list(function: str) -> bool:
    caller = iam_evaluator._verified_key.get()
    denied = iam_evaluator.enforce(caller, "lambda:ListTags", "lambda", get_region(), resource_arn=function)
    return denied is None
