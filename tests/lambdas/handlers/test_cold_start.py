"""The start of a function: its imports, and a tracing daemon that does not listen."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from localcloud import LocalCloud
from tests.lambdas.handlers.conftest import Pipeline
from tests.support.lambdas.bundles import models_setting

LAMBDAS = Path(__file__).parents[3] / "lambdas"

PROGRAM = """
import json, sys
sys.path.insert(0, {lambdas!r})
import handlers.worker as worker
loaded = sorted(name for name in sys.modules if "." not in name)
class Context:
    function_name = memory_limit_in_mb = invoked_function_arn = aws_request_id = "x"
    def get_remaining_time_in_millis(self): return 30000
reply = worker.handler({{"Records": [{{"messageId": "m", "body": "nonsense"}}]}}, Context())
models = worker.runtime.models.loaded_names
print(json.dumps({{"loaded": loaded, "reply": reply, "models": models}}))
"""


@pytest.fixture
def started(pipeline: Pipeline, model_address: str) -> dict[str, Any]:
    """The report of a worker in a process of its own, with an environment like that of a function."""
    environment = dict(os.environ) | {
        "MODELS": models_setting(model_address),
        "PREDICTIONS": pipeline.predictions,
        "IMAGES": pipeline.images,
        "RETRY_SECONDS": "2",
        "POWERTOOLS_SERVICE_NAME": "worker",
        "POWERTOOLS_METRICS_NAMESPACE": "Sluice",
        "LAMBDA_TASK_ROOT": "/var/task",
        "_X_AMZN_TRACE_ID": "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1",
        "AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:9",
    }
    result = subprocess.run(
        [sys.executable, "-W", "error::ResourceWarning", "-c", PROGRAM.format(lambdas=str(LAMBDAS))],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert "Traceback" not in result.stderr
    report: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return report


def test_start_loads_the_model_and_no_unneeded_library(started: dict[str, Any]) -> None:
    assert started["models"] == ["digits"]
    assert started["reply"] == {"batchItemFailures": []}
    assert {"PIL", "scipy", "tensorflow", "requests"}.isdisjoint(started["loaded"])


@pytest.mark.parametrize("name", ["start", "status", "split", "reduce", "bulk_reduce"])
def test_functions_that_do_not_classify_need_no_inference_layer(name: str, aws: LocalCloud) -> None:
    assert aws.endpoint
    program = f"""
import sys
sys.path.insert(0, {str(LAMBDAS)!r})
sys.modules |= dict.fromkeys(["numpy", "PIL", "simplejpeg", "ai_edge_litert"])
import handlers.{name}
"""
    environment = dict(os.environ) | {
        **dict.fromkeys(["WORKFLOW", "BULK", "WORKFLOW_RUNS", "BULK_RUNS"], "arn"),
        "JOBS": "s3://bucket/jobs",
        "SOURCE_BUCKETS": "{}",
        "POWERTOOLS_SERVICE_NAME": name,
        "POWERTOOLS_METRICS_NAMESPACE": "Sluice",
    }
    subprocess.run([sys.executable, "-c", program], env=environment, check=True, timeout=60)
