"""Who one is and where; and how many functions may run at once."""

import json
from typing import Any

import pytest

from sluice.doctor import account
from sluice.doctor.examine import examine
from sluice.doctor.outcome import Status
from sluice.doctor.patient import Patient
from tests.sluice.doctor.conftest import Look


def test_the_operator_of_the_local_cloud_is_told(look: Look) -> None:
    outcome = look(account.credentials)
    assert outcome.status is Status.OK
    assert "user/operator in the account 000000000000" in outcome.said


def test_unknown_credentials_fail_in_a_sentence(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIA0000000000000000")
    (finding,) = examine(patient, {"credentials": account.credentials})
    assert finding.outcome.status is Status.FAIL
    assert "credentials" in finding.outcome.said


def test_another_region_than_the_environments_fails(patient: Patient, look: Look) -> None:
    patient.outputs["images"] = "https://sqs.us-east-1.amazonaws.com/123456789012/sluice-local-images"
    outcome = look(account.region)
    assert outcome.status is Status.FAIL
    assert outcome.said.startswith("local lies in us-east-1, but its backend file says eu-west-1")
    assert "terraform/environments/local.s3.tfbackend" in outcome.cure
    patient.outputs["images"] = "https://sqs.eu-west-1.amazonaws.com/123456789012/sluice-local-images"
    assert look(account.region).status is Status.OK


@pytest.mark.parametrize(
    ("limit", "status"), [(10, Status.FAIL), (49, Status.FAIL), (50, Status.WARN), (109, Status.WARN), (110, Status.OK)]
)
def test_the_quota_must_hold_the_worker_and_should_hold_jobs(
    limit: int, status: Status, patient: Patient, look: Look, monkeypatch: pytest.MonkeyPatch
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

    patient.outputs.update(functions={"worker": "sluice-worker"}, jobs={"workflow": "workflow", "bulk": "bulk"})
    monkeypatch.setattr(patient, "client", {"lambda": Lambda(), "stepfunctions": States()}.__getitem__)
    assert look(account.quota).status is status
