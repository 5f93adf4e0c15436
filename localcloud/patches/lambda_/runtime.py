"""Patches of how functions run: under AWS's runtime interface client, in a sandbox of the local cloud."""

import functools
import hashlib
import json
import time
from typing import Any

from ministack.core.concurrency import spawn_background
from ministack.core.lambda_runtime import execution_credentials
from ministack.core.responses import get_account_id, get_region
from ministack.services import lambda_svc

from localcloud.patches.cloud import Cloud
from localcloud.patches.lambda_ import arn, logs
from localcloud.patches.registry import patch
from localcloud.runtime.function import Archive, Event, Function

SNAPSTART_SECONDS = 0.2  # AWS takes minutes
READY = {"State": "Active", "StateReason": "", "StateReasonCode": "", "LastUpdateStatus": "Successful"}


@patch("function_runtime")
def apply_function_runtime(cloud: Cloud) -> None:
    """Run functions in sandboxes, under AWS's runtime interface client.

    AWS: runs a function alone, under its runtime interface client, with limits of time, memory and response size;
        errors keep the exception's class (Lambda Developer Guide, "Lambda runtimes", "Lambda execution environment
        lifecycle" and "Lambda quotas").
    ministack: imports the function into a worker of its own, with the host's packages and variables; errors are
        `Runtime.HandlerError`, and memory and response size are not limited.
    Upstream: not offered: specific to how the local cloud runs functions.
    """

    def execute(record: dict[str, Any], event: Any, request_id: str) -> dict[str, Any]:
        config = record.get("config") or record
        trace = lambda_svc._xray_trace_id_for_invocation(config)
        payload = json.dumps(event).encode()
        result = cloud.pool.invoke(
            _build_function(cloud, record, config), Event(request_id, payload, config["FunctionArn"], trace)
        )
        logs.write_lines(config, result)
        response = {
            "body": json.loads(result.payload) if result.payload else None,
            "log": "\n".join(line.text for line in result.lines),
            "milliseconds": result.milliseconds,
            "init_milliseconds": result.init_milliseconds,
        }
        return {**response, "error": True} if result.failed else response

    lambda_svc._execute_function_warm = execute
    cloud.pool.is_in_service = _is_in_service


@patch("snapstart")
def apply_snapstart(_: Cloud) -> None:
    """Activate a published version with SnapStart, without a snapshot: it starts cold like any other.

    AWS: a published version with SnapStart becomes active (Lambda Developer Guide, "Improving startup performance with
        Lambda SnapStart").
    ministack: imports the function on the host first.
    Upstream: not offered: specific to how the local cloud runs functions.
    """

    def provision(_name: str, version: dict[str, Any]) -> None:
        def activate() -> None:
            time.sleep(SNAPSTART_SECONDS)
            version["config"].update(READY)

        spawn_background(activate, thread_name="snapstart")

    lambda_svc._snapstart_provision_version_async = provision


def _build_function(cloud: Cloud, record: dict[str, Any], config: dict[str, Any]) -> Function:
    function_arn, _ = arn.split_qualifier(config["FunctionArn"])  # all aliases of a version share its sandboxes
    variables = {
        "AWS_ENDPOINT_URL": cloud.endpoint,
        "AWS_CA_BUNDLE": str(cloud.authority),
        **lambda_svc._runtime_env_vars(config),
        **execution_credentials({**config, "FunctionArn": function_arn}),
    }
    layers = [layer["Arn"] for layer in config.get("Layers") or []]
    logging = config.get("LoggingConfig") or {}
    settings = [config.get(key) for key in ("Version", "CodeSha256", "Handler", "Timeout", "MemorySize")]
    revision = json.dumps([function_arn, settings, layers, variables, logging], sort_keys=True, default=str)
    return Function(
        name=config["FunctionName"],
        version=config.get("Version", "$LATEST"),
        revision=hashlib.sha256(revision.encode()).hexdigest(),
        handler=config["Handler"],
        runtime=config["Runtime"],
        code=Archive(config["CodeSha256"], record["code_zip"]),
        layers=tuple(archive for layer in layers if (archive := _read_layer(layer))),
        environment=variables,
        timeout=config.get("Timeout", 3),
        memory=config.get("MemorySize", 128),
        region=get_region(),
        log_group=logs.get_log_group(config),
        log_format=logging.get("LogFormat", "Text"),
        log_level=logging.get("ApplicationLogLevel", ""),
        platform_level=logging.get("SystemLogLevel", "INFO"),
        role=config["Role"],
    )


@functools.cache
def _read_layer(layer_arn: str) -> Archive | None:
    """Return the zip of a layer's version, which never changes, or None if it is empty."""
    content = lambda_svc._resolve_layer_zip(layer_arn)
    return Archive(hashlib.sha256(content).hexdigest(), content) if content else None


def _is_in_service(function: Function) -> bool:
    """Return whether a version may get further events: an alias points to it, or the function has no alias."""
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
