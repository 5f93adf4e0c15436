"""A stack that is moved from version to version as an operator does it."""

from collections import Counter
from time import monotonic
from typing import Any

import boto3

from sluice.models import publish, release
from tests.support.terraform_root import Root


class Moves:
    """An applied root."""

    def __init__(self, root: Root) -> None:
        self.root = root

    def publish(self, folder: str) -> None:
        """As `make publish`."""
        publish.publish_version(boto3.client("s3"), self.root.outputs()["models"]["bucket"], folder, {})

    def to(self, model: str | None = None, share: float | None = None, **settings: Any) -> float:
        """As `make apply MODEL=... SHARE=...`, with settings that then stay as if written into a file; its seconds."""
        began, outputs, version = monotonic(), self.root.outputs(), None
        if model:
            version, _ = publish.publish_version(boto3.client("s3"), outputs["models"]["bucket"], model, {})
        self.root.apply(
            **{"model": None, "canary": None} | release.build_release_variables(outputs, version, share) | settings
        )
        return monotonic() - began

    def settled(self) -> None:
        """A second plan changes nothing."""
        plan = self.root.plan()
        assert plan.empty, plan.text

    def deployed(self) -> dict[str, tuple[str, list[str]]]:
        """Of each function the code and the layers that answer."""
        client = boto3.client("lambda")
        live = {
            name: client.get_function_configuration(FunctionName=name, Qualifier="live")
            for name in self.root.outputs()["functions"].values()
        }
        return {
            name: (found["CodeSha256"], [layer["Arn"] for layer in found.get("Layers", [])])
            for name, found in live.items()
        }


def makers(records: dict[str, dict[str, Any]]) -> Counter[str]:
    """How many of the records each version made, by its hash."""
    return Counter(record["model"]["sha256"] for record in records.values())
