"""AWS runs a function under its runtime interface client, alone; ministack imports it into a worker of its own.

There the host's environment and packages leak in, exceptions lose their class, memory and the response have no limit.
"""

import hashlib
import json
from typing import Any

from ministack.core.lambda_runtime import execution_credentials
from ministack.core.responses import get_region
from ministack.services import lambda_svc

from ops.cloud.gaps import function_logs
from ops.cloud.gaps.cloud import Cloud
from ops.cloud.runtime.function import Event, Function


def close(cloud: Cloud) -> None:
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
        }
        return {**answer, "error": True} if outcome.failed else answer

    lambda_svc._execute_function_warm = execute


def _function(cloud: Cloud, record: dict[str, Any], config: dict[str, Any]) -> Function:
    variables = {
        "AWS_ENDPOINT_URL": cloud.endpoint,
        "AWS_CA_BUNDLE": str(cloud.authority),
        **lambda_svc._runtime_env_vars(config),
        **execution_credentials(config),
    }
    layers = config.get("Layers") or []
    logging = config.get("LoggingConfig") or {}
    parts = [config.get(key) for key in ("FunctionArn", "Version", "CodeSha256", "Handler", "Timeout", "MemorySize")]
    revision = json.dumps([parts, layers, variables, logging], sort_keys=True, default=str)
    return Function(
        name=config["FunctionName"],
        version=config.get("Version", "$LATEST"),
        revision=hashlib.sha256(revision.encode()).hexdigest(),
        handler=config["Handler"],
        runtime=config["Runtime"],
        code=record["code_zip"],
        layers=tuple(archive for layer in layers if (archive := lambda_svc._resolve_layer_zip(layer))),
        environment=variables,
        timeout=config.get("Timeout", 3),
        memory=config.get("MemorySize", 128),
        region=get_region(),
        log_group=function_logs.group(config),
        log_format=logging.get("LogFormat", "Text"),
        log_level=logging.get("ApplicationLogLevel", ""),
        platform_level=logging.get("SystemLogLevel", "INFO"),
    )
