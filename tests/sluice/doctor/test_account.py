"""Credentials, region and quota of the account are checked."""

import json
from typing import Any

import pytest

from sluice.doctor import account
from sluice.doctor.checks import run_checks
from sluice.doctor.context import Context, Status
from tests.sluice.doctor.conftest import RunCheck


def test_credentials_are_named(run_check: RunCheck) -> None:
    result = run_check(account.check_credentials)
    assert result.status is Status.OK
    assert "user/operator in the account 000000000000" in result.message


def test_credentials_unknown_to_aws_fail(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIA0000000000000000")
    (finding,) = run_checks(context, {"credentials": account.check_credentials})
    assert finding.result.status is Status.FAIL
    assert "credentials" in finding.result.message


def test_region_other_than_in_backend_file_fails(context: Context, run_check: RunCheck) -> None:
    context.outputs["images"] = "https://sqs.us-east-1.amazonaws.com/123456789012/sluice-local-images"
    result = run_check(account.check_region)
    assert result.status is Status.FAIL
    assert result.message.startswith("local is deployed in us-east-1, but its backend file names eu-west-1")
    assert "terraform/environments/local.s3.tfbackend" in result.fix
    context.outputs["images"] = "https://sqs.eu-west-1.amazonaws.com/123456789012/sluice-local-images"
    assert run_check(account.check_region).status is Status.OK


@pytest.mark.parametrize(
    ("limit", "status"), [(10, Status.FAIL), (49, Status.FAIL), (50, Status.WARN), (109, Status.WARN), (110, Status.OK)]
)
def test_quota_is_compared_with_worker_and_jobs(
    limit: int, status: Status, context: Context, run_check: RunCheck, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker needs 50, the job of a posted list 40 and that of a list in S3 20."""

    class LambdaClient:
        def get_account_settings(self) -> Any:
            return {"AccountLimit": {"UnreservedConcurrentExecutions": limit}}

        def list_event_source_mappings(self, FunctionName: str) -> Any:  # noqa: N803
            assert FunctionName == "sluice-worker:live"
            return {"EventSourceMappings": [{"ScalingConfig": {"MaximumConcurrency": 50}}]}

    class StepFunctionsClient:
        def describe_state_machine(self, stateMachineArn: str) -> Any:  # noqa: N803
            concurrency = {"workflow": 40, "bulk": 20}[stateMachineArn]
            states = {"Map": {"MaxConcurrency": concurrency}, "Rows": {"MaxConcurrency": 5}, "Tally": {}}
            return {"definition": json.dumps({"States": states})}

    context.outputs.update(functions={"worker": "sluice-worker"}, jobs={"workflow": "workflow", "bulk": "bulk"})
    monkeypatch.setattr(
        context, "client", {"lambda": LambdaClient(), "stepfunctions": StepFunctionsClient()}.__getitem__
    )
    assert run_check(account.check_quota).status is status
