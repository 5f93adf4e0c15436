"""Patches of ministack where it differs from what AWS documents.

A patch has one function, `apply(cloud)`, and a contract test of its own name in tests/localcloud. It replaces functions
of ministack's modules, so all hold for exactly one version of it (server/emulator.py).
"""

import importlib
from collections.abc import Collection

from localcloud.patches.cloud import Cloud
from localcloud.settings import CloudError

NAMES = (
    "metric_data",
    "metric_namespace",
    "function_runtime",
    "function_traces",
    "function_logs",
    "function_metrics",
    "embedded_metrics",
    "version_publishing",
    "snapshot_start",
    "alias_rules",
    "alias_routing",
    "alias_actions",
    "layer_actions",
    "mapping_actions",
    "named_resources",
    "passed_roles",
    "tags_at_creation",
    "api_tags",
    "function_tags",
    "qualified_invocations",
    "qualified_policies",
    "package_sizes",
    "package_source",
    "queue_races",
    "queue_metrics",
    "queue_counters",
    "message_traces",
    "queue_poller",
    "mapping_role",
    "mapping_visibility",
    "batch_actions",
    "signatures",
    "kms_reads",
    "principal_arn",
    "state_machine_role",
    "definition_check",
    "state_machine_tracing",
    "state_engine",
    "distributed_map",
    "task_throttles",
    "execution_logs",
    "workflow_metrics",
    "workflow_traces",
    "execution_names",
    "api_endpoint",
    "api_refusals",
    "api_permission",
    "api_function_errors",
    "api_access_logs",
    "api_metrics",
    "start_execution",
    "alarm_description",
    "alarm_settings",
    "alarm_actions",
    "alarm_evaluation",
    "mail_subscriptions",
    "insights",
    "query_definitions",
    "traces",
    "trace_headers",
    "multipart_tags",
    "version_ranges",
)


def apply(cloud: Cloud, skip: Collection[str] = ()) -> None:
    """Apply every patch except those named in `skip`; CloudError for an unknown name."""
    if unknown := set(skip) - set(NAMES):
        raise CloudError(f"Unknown patch: {', '.join(sorted(unknown))}. The patches are {', '.join(NAMES)}.")
    for name in NAMES:
        if name not in skip:
            importlib.import_module(f"localcloud.patches.{name}").apply(cloud)
