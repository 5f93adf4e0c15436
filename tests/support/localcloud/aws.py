"""AWS clients of a local cloud, and shortcuts that contract tests share: roles, users, functions, queues, waiting."""

import io
import itertools
import json
import sys
import time
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from localcloud import LocalCloud

ACCOUNT = "000000000000"
RUNTIME = f"python{sys.version_info.major}.{sys.version_info.minor}"
NO_RETRY = Config(retries={"total_max_attempts": 1}, read_timeout=30)
ALLOW_ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}
Statement = Mapping[str, Any]

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Keys:
    """Credentials of an IAM user."""

    access: str
    secret: str


@dataclass(frozen=True)
class Response:
    """Response to an invocation: its payload, and "Unhandled" as the error if the function failed."""

    payload: Any
    error: str | None


class Aws:
    """Clients of one local cloud, and resources with unique names.

    Attributes:
        client: Return the cached boto3 client of a service, for the operator or for the given keys.
    """

    def __init__(self, cloud: LocalCloud) -> None:
        self.cloud = cloud
        self.region = cloud.environment()["AWS_REGION"]
        self.client = cache(self.create_client)

    def create_client(self, service: str, keys: Keys | None = None) -> Any:
        """Return a new boto3 client, for tests that register event handlers on it."""
        variables = self.cloud.environment()
        keys = keys or Keys(variables["AWS_ACCESS_KEY_ID"], variables["AWS_SECRET_ACCESS_KEY"])
        session = boto3.Session(keys.access, keys.secret, region_name=self.region)
        certificate = variables["AWS_CA_BUNDLE"]
        return session.client(service, endpoint_url=self.cloud.endpoint, verify=certificate, config=NO_RETRY)

    def create_role(self, service: str, *statements: Statement) -> str:
        """Create a role that a service (for example "lambda") may assume, with these statements; return its ARN."""
        name, iam = unique_name("role"), self.client("iam")
        trust = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"}
        arn: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy_document(trust))["Role"]["Arn"]
        self.set_permissions(arn, *statements)
        return arn

    def set_permissions(self, role: str, *statements: Statement) -> None:
        """Replace the permissions of a role, named by its ARN."""
        name, document = role.rsplit("/", 1)[-1], policy_document(*statements)
        self.client("iam").put_role_policy(RoleName=name, PolicyName="permissions", PolicyDocument=document)

    def create_user(self, *statements: Statement) -> Keys:
        """Create a user with these statements; return the user's access key."""
        name, iam = unique_name("user"), self.client("iam")
        iam.create_user(UserName=name)
        document = policy_document(*statements)
        iam.put_user_policy(UserName=name, PolicyName="permissions", PolicyDocument=document)
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return Keys(key["AccessKeyId"], key["SecretAccessKey"])

    def create_function(self, source: str, role: str | None = None, **settings: Any) -> str:
        """Create a function from the source of a module with a `handler`; return its name."""
        name = unique_name("function")
        settings = {"Runtime": RUNTIME, "Timeout": 10, **settings}
        self.client("lambda").create_function(
            FunctionName=name, Role=role or self.create_role("lambda", ALLOW_ALL), Handler="module.handler",
            Code={"ZipFile": zip_files({"module.py": source})}, **settings,
        )  # fmt: skip
        return name

    def invoke(self, function: str, event: Any = None) -> Response:
        """Invoke a function and wait for its response."""
        response = self.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event).encode())
        return Response(json.load(response["Payload"]), response.get("FunctionError"))

    def create_queue(self, suffix: str = "", **attributes: Any) -> str:
        """Create a queue; return its URL."""
        name = unique_name("queue") + suffix
        values = {attribute: str(value) for attribute, value in attributes.items()}
        url: str = self.client("sqs").create_queue(QueueName=name, Attributes=values)["QueueUrl"]
        return url

    def queue_arn(self, url: str) -> str:
        """Return the ARN of a queue."""
        return f"arn:aws:sqs:{self.region}:{ACCOUNT}:{url.rsplit('/', 1)[-1]}"

    def map_queue(self, queue: str, function: str, **settings: Any) -> str:
        """Create an event source mapping from a queue to a function; return its id."""
        mapping = self.client("lambda").create_event_source_mapping(
            FunctionName=function, EventSourceArn=self.queue_arn(queue), **settings
        )
        mapping_id: str = mapping["UUID"]
        return mapping_id

    def send_messages(self, queue: str, *bodies: str) -> None:
        """Send messages in batches of ten."""
        for start in range(0, len(bodies), 10):
            entries = [{"Id": str(n), "MessageBody": body} for n, body in enumerate(bodies[start : start + 10])]
            self.client("sqs").send_message_batch(QueueUrl=queue, Entries=entries)

    def count_messages(self, queue: str) -> tuple[int, int]:
        """Return how many messages of a queue are visible, and how many are hidden."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        attributes = self.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
        return int(attributes[names[0]]), int(attributes[names[1]])

    def drain_queue(self, queue: str) -> list[str]:
        """Receive and delete all visible messages; return their bodies."""
        sqs, bodies = self.client("sqs"), []
        while messages := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                bodies.append(message["Body"])
                sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        return bodies

    def read_log(self, function: str) -> list[dict[str, Any]]:
        """Return the events in a function's log group."""
        logs = self.client("logs")
        events: list[dict[str, Any]] = logs.filter_log_events(logGroupName=f"/aws/lambda/{function}")["events"]
        return events


def unique_name(kind: str) -> str:
    """Return a name that no other resource of this test run has."""
    return f"{kind}-{next(_numbers)}"


def policy_document(*statements: Statement) -> str:
    """Return a policy with these statements as JSON."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(*actions: str, on: str | list[str] = "*") -> Statement:
    """Return a statement that allows actions on resources."""
    return {"Effect": "Allow", "Action": list(actions), "Resource": on}


def zip_files(files: Mapping[str, str]) -> bytes:
    """Return a zip of text files."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


def wait_for(condition: Callable[[], Any], seconds: float = 15.0) -> Any:
    """Wait until a condition is true; return its value.

    Raises:
        AssertionError: If it is not true in time.
    """
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"not true within {seconds} seconds"
        time.sleep(0.05)
    return value
