"""What the contract tests do again and again with the local cloud, in boto3's words."""

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
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
Statement = Mapping[str, Any]

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Keys:
    """Credentials of an IAM user."""

    access: str
    secret: str


class Aws:
    """Clients of one cloud, and resources with names of their own."""

    def __init__(self, cloud: LocalCloud) -> None:
        self.cloud = cloud
        self.region = cloud.environment()["AWS_REGION"]
        self.client = cache(self._client)

    def _client(self, service: str, keys: Keys | None = None) -> Any:
        given = self.cloud.environment()
        keys = keys or Keys(given["AWS_ACCESS_KEY_ID"], given["AWS_SECRET_ACCESS_KEY"])
        session = boto3.Session(keys.access, keys.secret, region_name=self.region)
        return session.client(service, endpoint_url=self.cloud.endpoint, verify=given["AWS_CA_BUNDLE"], config=NO_RETRY)

    def role(self, service: str, *statements: Statement) -> str:
        """The ARN of a role that a service may assume, such as 'lambda', with these statements and no more."""
        name, iam = unique("role"), self.client("iam")
        trust = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"}
        arn: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy(trust))["Role"]["Arn"]
        iam.put_role_policy(RoleName=name, PolicyName="given", PolicyDocument=policy(*statements))
        return arn

    def permit(self, role: str, *statements: Statement) -> None:
        """Replace what a role may do."""
        name = role.rsplit("/", 1)[-1]
        self.client("iam").put_role_policy(RoleName=name, PolicyName="given", PolicyDocument=policy(*statements))

    def user(self, *statements: Statement) -> Keys:
        """A user with these statements and no more."""
        name, iam = unique("user"), self.client("iam")
        iam.create_user(UserName=name)
        iam.put_user_policy(UserName=name, PolicyName="given", PolicyDocument=policy(*statements))
        made = iam.create_access_key(UserName=name)["AccessKey"]
        return Keys(made["AccessKeyId"], made["SecretAccessKey"])

    def function(self, source: str, role: str | None = None, **settings: Any) -> str:
        """Deploy one module whose `handler` is the function; its name."""
        name = unique("function")
        settings = {"Runtime": RUNTIME, "Timeout": 10, **settings}
        self.client("lambda").create_function(
            FunctionName=name, Role=role or self.role("lambda", EVERYTHING), Handler="module.handler",
            Code={"ZipFile": archive({"module.py": source})}, **settings,
        )  # fmt: skip
        return name

    def invoke(self, function: str, event: Any = None) -> "Answer":
        answer = self.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event).encode())
        return Answer(json.load(answer["Payload"]), answer.get("FunctionError"))

    def queue(self, suffix: str = "", **attributes: Any) -> str:
        """The URL of a new queue."""
        given = {name: str(value) for name, value in attributes.items()}
        url: str = self.client("sqs").create_queue(QueueName=unique("queue") + suffix, Attributes=given)["QueueUrl"]
        return url

    def queue_arn(self, url: str) -> str:
        return f"arn:aws:sqs:{self.region}:{ACCOUNT}:{url.rsplit('/', 1)[-1]}"

    def connect(self, queue: str, function: str, **settings: Any) -> str:
        """Map a queue to a function; the mapping's id."""
        mapping = self.client("lambda").create_event_source_mapping(
            FunctionName=function, EventSourceArn=self.queue_arn(queue), **settings
        )
        identity: str = mapping["UUID"]
        return identity

    def send(self, queue: str, *bodies: str) -> None:
        for start in range(0, len(bodies), 10):
            entries = [{"Id": str(n), "MessageBody": body} for n, body in enumerate(bodies[start : start + 10])]
            self.client("sqs").send_message_batch(QueueUrl=queue, Entries=entries)

    def counts(self, queue: str) -> tuple[int, int]:
        """Messages of a queue: (visible, hidden)."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
        return int(found[names[0]]), int(found[names[1]])

    def bodies(self, queue: str) -> list[str]:
        """Take what a queue shows now."""
        sqs, taken = self.client("sqs"), []
        while messages := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                taken.append(message["Body"])
                sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        return taken

    def log(self, function: str) -> list[dict[str, Any]]:
        logs = self.client("logs")
        events: list[dict[str, Any]] = logs.filter_log_events(logGroupName=f"/aws/lambda/{function}")["events"]
        return events


@dataclass(frozen=True)
class Answer:
    """What an invocation gave: the payload and 'Unhandled' when the function failed."""

    payload: Any
    error: str | None


def unique(kind: str) -> str:
    return f"{kind}-{next(_numbers)}"


def policy(*statements: Statement) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(*actions: str, on: str | list[str] = "*") -> Statement:
    return {"Effect": "Allow", "Action": list(actions), "Resource": on}


def archive(files: Mapping[str, str]) -> bytes:
    """A zip of text files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        for name, text in files.items():
            opened.writestr(name, text)
    return made.getvalue()


def eventually(condition: Callable[[], Any], seconds: float = 15.0) -> Any:
    """The first true value of a condition; AssertionError when none comes in time."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"not true within {seconds} seconds"
        time.sleep(0.05)
    return value
