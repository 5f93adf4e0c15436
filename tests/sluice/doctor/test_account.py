"""Who one is and where; and how many functions may run at once."""

import json
from typing import Any

import pytest

from sluice.doctor import account
from sluice.doctor.checks import run_checks
from sluice.doctor.context import Context, Status
from tests.sluice.doctor.conftest import Look


def test_the_operator_of_the_local_cloud_is_told(look: Look) -> None:
    outcome = look(account.check_credentials)
    assert outcome.status is Status.OK
    assert "user/operator in the account 000000000000" in outcome.message


def test_unknown_credentials_fail_in_a_sentence(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIA0000000000000000")
    (finding,) = run_checks(context, {"credentials": account.check_credentials})
    assert finding.result.status is Status.FAIL
    assert "credentials" in finding.result.message


def test_another_region_than_the_environments_fails(context: Context, look: Look) -> None:
    context.outputs["images"] = "https://sqs.us-east-1.amazonaws.com/123456789012/sluice-local-images"
    outcome = look(account.check_region)
    assert outcome.status is Status.FAIL
    assert outcome.message.startswith("local is deployed in us-east-1, but its backend file names eu-west-1")
    assert "terraform/environments/local.s3.tfbackend" in outcome.fix
    context.outputs["images"] = "https://sqs.eu-west-1.amazonaws.com/123456789012/sluice-local-images"
    assert look(account.check_region).status is Status.OK


@pytest.mark.parametrize(
    ("limit", "status"), [(10, Status.FAIL), (49, Status.FAIL), (50, Status.WARN), (109, Status.WARN), (110, Status.OK)]
)
def test_the_quota_must_hold_the_worker_and_should_hold_jobs(
    limit: int, status: Status, context: Context, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit, 50 of the worker, 40 of a posted list and 20 of one in S3, in AWS's own words."""

    class Lambda:
        def get_account_settings(self) -> Any:
            return {"AccountLimit": {"UnreservedConcurrentExecutions": limit}}

        def list_event_source_mappings(self, FunctionName: str) -> Any:  # noqa: N803
            assert FunctionName == "sluice-worker:live"
            return {"EventSourceMappings": [{"ScalingConfig": {"MaximumConcurrency": 50}}]}

    class States:
        def describe_state_machine(self, stateMachineArn: str) -> Any:  # noqa: N803
            at_once = {"workflow": 40, "bulk": 20}[stateMachineArn]
            states = {"Map": {"MaxConcurrency": at_once}, "Rows": {"MaxConcurrency": 5}, "Tally": {}}
            return {"definition": json.dumps({"States": states})}

    context.outputs.update(functions={"worker": "sluice-worker"}, jobs={"workflow": "workflow", "bulk": "bulk"})
    monkeypatch.setattr(context, "client", {"lambda": Lambda(), "stepfunctions": States()}.__getitem__)
    assert look(account.check_quota).status is status
