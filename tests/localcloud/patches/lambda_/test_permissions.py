"""Permissions to call Lambda, and policies of functions, versions and aliases.

Service Authorization Reference, "AWS Lambda"; Lambda Developer Guide, "Fine-tuning the Resources and Conditions
sections"; Lambda API Reference, "AddPermission", "GetPolicy", "RemovePermission" and "GetFunction".
"""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.localcloud import apis, state_machines, versions
from tests.support.localcloud.aws import ACCOUNT, Aws, Keys, allow, unique_name, zip_files
from tests.support.localcloud.versions import Versions


@pytest.mark.parametrize("action", ["GetAlias", "UpdateAlias", "DeleteAlias"])
def test_each_alias_action_needs_its_permission(aws: Aws, action: str) -> None:
    created = versions.create_versions(aws)
    calls = {"GetAlias": "get_alias", "UpdateAlias": "update_alias", "DeleteAlias": "delete_alias"}

    def call(*statements: str) -> None:
        client = aws.client("lambda", aws.create_user(allow(*statements)))
        getattr(client, calls[action])(FunctionName=created.function, Name="live")

    with pytest.raises(ClientError, match=f"lambda:{action}"):
        call(*(f"lambda:{other}" for other in (*calls, "ListAliases", "CreateAlias") if other != action))
    call(f"lambda:{action}")


@pytest.mark.parametrize("action", ["GetLayerVersion", "DeleteLayerVersion"])
def test_each_layer_action_needs_its_permission(aws: Aws, action: str) -> None:
    name = unique_name("layer")
    content = {"ZipFile": zip_files({"python/m.py": ""})}
    version = aws.client("lambda").publish_layer_version(LayerName=name, Content=content)["Version"]
    calls = {"GetLayerVersion": "get_layer_version", "DeleteLayerVersion": "delete_layer_version"}
    arn = f"arn:aws:lambda:{aws.region}:{ACCOUNT}:layer:{name}"

    def call(*statements: Any) -> None:
        client = aws.client("lambda", aws.create_user(*statements))
        getattr(client, calls[action])(LayerName=name, VersionNumber=version)

    others = [f"lambda:{other}" for other in (*calls, "ListLayers", "ListLayerVersions") if other != action]
    with pytest.raises(ClientError, match=f"lambda:{action}"):
        call(allow(*others), allow(f"lambda:{action}", on=f"{arn}:{version + 1}"))
    call(allow(f"lambda:{action}", on=f"{arn}:{version}"))


MAPPING_METHODS = {"Get": "get", "Update": "update", "Delete": "delete"}


def allow_mapping_actions(aws: Aws, function: str, *actions: str) -> dict[str, Any]:
    arn = f"arn:aws:lambda:{aws.region}:{ACCOUNT}:function:{function}"
    return {**allow(*(f"lambda:{action}EventSourceMapping" for action in actions)),
            "Condition": {"ArnLike": {"lambda:FunctionArn": arn}}}  # fmt: skip


@pytest.mark.parametrize("action", MAPPING_METHODS)
def test_each_mapping_action_needs_its_permission(aws: Aws, action: str) -> None:
    function = aws.create_function("def handler(event, context): pass")
    mapping = aws.map_queue(aws.create_queue(VisibilityTimeout=60), function)

    def call(*statements: Any) -> None:
        client = aws.client("lambda", aws.create_user(*statements))
        getattr(client, f"{MAPPING_METHODS[action]}_event_source_mapping")(UUID=mapping)

    others = [other for other in (*MAPPING_METHODS, "Create") if other != action]
    allow_listing = allow("lambda:ListEventSourceMappings")
    for statements in (
        (allow_mapping_actions(aws, function, *others), allow_listing),
        (allow_mapping_actions(aws, "another", action), allow_listing),
    ):
        with pytest.raises(ClientError, match=f"lambda:{action}EventSourceMapping"):
            call(*statements)
    call(allow_mapping_actions(aws, function, action))


def test_create_mapping_needs_permission_for_function(aws: Aws) -> None:
    function, queue = aws.create_function("def handler(event, context): pass"), aws.create_queue(VisibilityTimeout=60)
    settings = {"FunctionName": function, "EventSourceArn": aws.queue_arn(queue)}
    denied = aws.client("lambda", aws.create_user(allow_mapping_actions(aws, "another", "Create")))
    with pytest.raises(ClientError, match="lambda:CreateEventSourceMapping"):
        denied.create_event_source_mapping(**settings)
    allowed = aws.client("lambda", aws.create_user(allow_mapping_actions(aws, function, "Create")))
    allowed.create_event_source_mapping(**settings)


@pytest.fixture(scope="module")
def shared_versions(aws: Aws) -> Versions:
    return versions.create_versions(aws)


def invoke_status(aws: Aws, keys: Keys, function: str, qualifier: str | None = None) -> int:
    """Invoke a function with a user's keys; return the HTTP status."""
    named = {"Qualifier": qualifier} if qualifier else {}
    try:
        aws.client("lambda", keys).invoke(FunctionName=function, **named)
    except ClientError as error:
        assert "not authorized to perform: lambda:InvokeFunction" in str(error)
        return 403
    return 200


def test_permission_for_alias_allows_only_alias(aws: Aws, shared_versions: Versions) -> None:
    user = aws.create_user(allow("lambda:InvokeFunction", on=shared_versions.live))
    assert invoke_status(aws, user, shared_versions.live) == 200
    assert invoke_status(aws, user, shared_versions.arn, "live") == 200
    assert invoke_status(aws, user, shared_versions.arn) == 403
    assert invoke_status(aws, user, shared_versions.arn, "1") == 403


def test_permission_for_function_denies_alias(aws: Aws, shared_versions: Versions) -> None:
    user = aws.create_user(allow("lambda:InvokeFunction", on=shared_versions.arn))
    assert invoke_status(aws, user, shared_versions.arn) == 200
    assert invoke_status(aws, user, shared_versions.arn, "live") == 403
    assert invoke_status(aws, user, shared_versions.live) == 403


def test_permission_with_wildcard_allows_every_qualifier(aws: Aws, shared_versions: Versions) -> None:
    user = aws.create_user(allow("lambda:InvokeFunction", on=f"{shared_versions.arn}:*"))
    assert [invoke_status(aws, user, shared_versions.arn, name) for name in ("live", "1", "$LATEST")] == [200, 200, 200]
    assert invoke_status(aws, user, shared_versions.arn) == 403


@pytest.mark.parametrize("permitted", ["alias", "function"])
def test_state_machine_needs_permission_for_invoked_arn(aws: Aws, shared_versions: Versions, permitted: str) -> None:
    arns = {"alias": shared_versions.live, "function": shared_versions.arn}
    statuses = {}
    for named, arn in arns.items():
        task = state_machines.chain(Task={"Type": "Task", "Resource": arn})
        ended = state_machines.run_machine(aws, task, None, allow("lambda:InvokeFunction", on=arns[permitted]))
        statuses[named] = ended["status"]
    assert statuses == {name: "SUCCEEDED" if name == permitted else "FAILED" for name in arns}


@pytest.fixture
def own_versions(aws: Aws) -> Versions:
    return versions.create_versions(aws)


def add_api_permission(aws: Aws, own_versions: Versions, **qualifier: str) -> Any:
    return aws.client("lambda").add_permission(
        FunctionName=own_versions.function, StatementId="api", Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com", **qualifier,
    )  # fmt: skip


def policy_resources(aws: Aws, own_versions: Versions, **qualifier: str) -> list[str]:
    """Return the resources that a policy names."""
    policy = aws.client("lambda").get_policy(FunctionName=own_versions.function, **qualifier)["Policy"]
    return [statement["Resource"] for statement in json.loads(policy)["Statement"]]


def test_function_version_and_alias_have_own_policies(aws: Aws, own_versions: Versions) -> None:
    add_api_permission(aws, own_versions)
    add_api_permission(aws, own_versions, Qualifier="live")
    add_api_permission(aws, own_versions, Qualifier="1")
    assert policy_resources(aws, own_versions) == [own_versions.arn]
    assert policy_resources(aws, own_versions, Qualifier="live") == [own_versions.live]
    assert policy_resources(aws, own_versions, Qualifier="1") == [f"{own_versions.arn}:1"]


def test_statement_id_conflicts_within_policy(aws: Aws, own_versions: Versions) -> None:
    statement = json.loads(add_api_permission(aws, own_versions, Qualifier="live")["Statement"])
    assert statement["Sid"] == "api"
    with pytest.raises(aws.client("lambda").exceptions.ResourceConflictException):
        add_api_permission(aws, own_versions, Qualifier="live")


def test_remove_permission_affects_only_its_policy(aws: Aws, own_versions: Versions) -> None:
    client = aws.client("lambda")
    add_api_permission(aws, own_versions, Qualifier="live")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.remove_permission(FunctionName=own_versions.function, StatementId="api")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_policy(FunctionName=own_versions.function)
    client.remove_permission(FunctionName=own_versions.function, StatementId="api", Qualifier="live")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_policy(FunctionName=own_versions.function, Qualifier="live")


def test_api_needs_permission_of_invoked_alias(aws: Aws, own_versions: Versions) -> None:
    api = apis.create_api(aws, "", function=own_versions.function, qualifier="live", permit=None)
    add_api_permission(aws, own_versions)
    assert apis.send_request(aws, f"{api.endpoint}/jobs/1", apis.operator_keys(aws)).status == 500
    add_api_permission(aws, own_versions, Qualifier="live")
    assert apis.send_request(aws, f"{api.endpoint}/jobs/1", apis.operator_keys(aws)).status == 200


def test_get_function_omits_tags_without_list_tags(aws: Aws) -> None:
    name = aws.create_function("def handler(event, context): ...", Tags={"Environment": "test"})
    arn = f"arn:aws:lambda:{aws.region}:{ACCOUNT}:function:{name}"
    for listable, tag in ((f"{arn}-other", None), (arn, "test")):
        keys = aws.create_user(allow("lambda:GetFunction", on=arn), allow("lambda:ListTags", on=listable))
        response = aws.client("lambda", keys).get_function(FunctionName=name)
        assert response["Configuration"]["FunctionName"] == name
        assert response.get("Tags", {}).get("Environment") == tag
