"""Published versions and aliases of the contract tests, which return the version that ran."""

import json
from dataclasses import dataclass
from typing import Any

from tests.support.localcloud.apis import function_arn
from tests.support.localcloud.aws import Aws, zip_files

RETURN_VERSION = """
import os
def handler(event, context):
    return {"version": os.environ["AWS_LAMBDA_FUNCTION_VERSION"], "context": context.function_version,
            "arn": context.invoked_function_arn, "mark": MARK, "pid": os.getpid()}
"""


@dataclass(frozen=True)
class Versions:
    """A function with the versions 1 and 2, marked "old" and "new", and the alias "live"."""

    function: str
    arn: str

    @property
    def live(self) -> str:
        """ARN of the alias."""
        return f"{self.arn}:live"


def source_code(mark: str) -> str:
    """Return the source of a module whose handler returns its version and `mark`."""
    return f"MARK = {mark!r}\n{RETURN_VERSION}"


def create_versions(aws: Aws, role: str | None = None, share: float = 0.0, **settings: Any) -> Versions:
    """Create a function with two versions; the alias routes `share` of its invocations to the second version."""
    client = aws.client("lambda")
    name = aws.create_function(source_code("old"), role, Publish=True, **settings)
    publish_code(aws, name, "new")
    routing = {"AdditionalVersionWeights": {"2": share} if share else {}}
    client.create_alias(FunctionName=name, Name="live", FunctionVersion="1", RoutingConfig=routing)
    return Versions(name, function_arn(aws, name))


def publish_code(aws: Aws, function: str, mark: str) -> str:
    """Publish new code of a function; return the number of its version."""
    code = zip_files({"module.py": source_code(mark)})
    response = aws.client("lambda").update_function_code(FunctionName=function, ZipFile=code, Publish=True)
    version: str = response["Version"]
    return version


def invoke_version(aws: Aws, function: str, qualifier: str | None = None) -> tuple[Any, str]:
    """Invoke a version or an alias; return the payload and ExecutedVersion."""
    qualified = {"Qualifier": qualifier} if qualifier else {}
    response = aws.client("lambda").invoke(FunctionName=function, **qualified)
    return json.load(response["Payload"]), response["ExecutedVersion"]
