"""AWS runs a function under its runtime interface client, alone; ministack imports it into a worker of its own.

There the host's environment and packages leak in, exceptions lose their class, memory and the response have no limit.
"""

import functools
import hashlib
import json
from typing import Any

from ministack.core.lambda_runtime import execution_credentials
from ministack.core.responses import get_account_id, get_region
from ministack.services import lambda_svc

from localcloud.patches import function_arn, function_logs
from localcloud.patches.cloud import Cloud
from localcloud.runtime.function import Archive, Event, Function


def apply(cloud: Cloud) -> None:
    def execute(record: dict[str, Any], event: Any, request_id: str) -> dict[str, Any]:
        config = record.get("config") or record
        trace = lambda_svc._xray_trace_id_for_invocation(config)
        payload = json.dumps(event).encode()
        outcome = cloud.pool.invoke(
            _function(cloud, record, config), Event(request_id, payload, config["FunctionArn"], trace)
        )
        function_logs.write(config, outcome)
        answer = {
            "body": json.loads(outcome.payload) if outcome.payload else None,
            "log": "\n".join(line.text for line in outcome.lines),
            "milliseconds": outcome.milliseconds,
            "init_milliseconds": outcome.init_milliseconds,
        }
        return {**answer, "error": True} if outcome.failed else answer

    lambda_svc._execute_function_warm = execute
    cloud.pool.is_in_service = _in_service


def _function(cloud: Cloud, record: dict[str, Any], config: dict[str, Any]) -> Function:
    arn, _ = function_arn.split(config["FunctionArn"])  # whichever alias was invoked, the sandbox is the same
    variables = {
        "AWS_ENDPOINT_URL": cloud.endpoint,
        "AWS_CA_BUNDLE": str(cloud.authority),
        **lambda_svc._runtime_env_vars(config),
        **execution_credentials({**config, "FunctionArn": arn}),
    }
    layers = [layer["Arn"] for layer in config.get("Layers") or []]
    logging = config.get("LoggingConfig") or {}
    parts = [config.get(key) for key in ("Version", "CodeSha256", "Handler", "Timeout", "MemorySize")]
    revision = json.dumps([arn, parts, layers, variables, logging], sort_keys=True, default=str)
    return Function(
        name=config["FunctionName"],
        version=config.get("Version", "$LATEST"),
        revision=hashlib.sha256(revision.encode()).hexdigest(),
        handler=config["Handler"],
        runtime=config["Runtime"],
        code=Archive(config["CodeSha256"], record["code_zip"]),
        layers=tuple(archive for layer in layers if (archive := _layer(layer))),
        environment=variables,
        timeout=config.get("Timeout", 3),
        memory=config.get("MemorySize", 128),
        region=get_region(),
        log_group=function_logs.group(config),
        log_format=logging.get("LogFormat", "Text"),
        log_level=logging.get("ApplicationLogLevel", ""),
        platform_level=logging.get("SystemLogLevel", "INFO"),
        role=config["Role"],
    )


@functools.cache
def _layer(arn: str) -> Archive | None:
    """A layer's version, which never changes; None when it is empty."""
    content = lambda_svc._resolve_layer_zip(arn)
    return Archive(hashlib.sha256(content).hexdigest(), content) if content else None


def _in_service(function: Function) -> bool:
    """Whether new events may still come for a version: an alias points to it, or the function has none."""
    record = lambda_svc._functions.get_scoped(get_account_id(), function.region, function.name)
    if record is None:
        return False
    versions = {
        version
        for alias in record["aliases"].values()
        for version in (
            alias["FunctionVersion"],
            *((alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}),
        )
    }
    return not versions or function.version in versions
