"""Published versions and aliases of the contract tests, and who they say they are when they are invoked."""

import json
from dataclasses import dataclass
from typing import Any

from tests.support.localcloud.apis import function_arn
from tests.support.localcloud.aws import Aws, archive

WHO = """
import os
def handler(event, context):
    return {"version": os.environ["AWS_LAMBDA_FUNCTION_VERSION"], "context": context.function_version,
            "arn": context.invoked_function_arn, "mark": MARK, "pid": os.getpid()}
"""


def source(mark: str) -> str:
    """A module whose handler says who it is, and `mark`."""
    return f"MARK = {mark!r}\n{WHO}"


@dataclass(frozen=True)
class Versions:
    """A function with the versions 1 and 2, marked 'old' and 'new', and the alias 'live'."""

    function: str
    arn: str

    @property
    def live(self) -> str:
        return f"{self.arn}:live"


def create(aws: Aws, role: str | None = None, share: float = 0.0, **settings: Any) -> Versions:
    """Two versions; `share` of what the alias is sent goes to the second, the rest to the first."""
    client = aws.client("lambda")
    name = aws.function(source("old"), role, Publish=True, **settings)
    update(aws, name, "new")
    routing = {"AdditionalVersionWeights": {"2": share} if share else {}}
    client.create_alias(FunctionName=name, Name="live", FunctionVersion="1", RoutingConfig=routing)
    return Versions(name, function_arn(aws, name))


def update(aws: Aws, function: str, mark: str) -> str:
    """Publish new code of a function; the version's number."""
    code = archive({"module.py": source(mark)})
    version: str = aws.client("lambda").update_function_code(FunctionName=function, ZipFile=code, Publish=True)[
        "Version"
    ]
    return version


def invoke(aws: Aws, function: str, qualifier: str | None = None) -> tuple[Any, str]:
    """What a function answers, and the version that Lambda says it ran."""
    named = {"Qualifier": qualifier} if qualifier else {}
    answer = aws.client("lambda").invoke(FunctionName=function, **named)
    return json.load(answer["Payload"]), answer["ExecutedVersion"]
