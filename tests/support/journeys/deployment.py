"""An applied root whose model versions are published and released as an operator does it."""

from collections import Counter
from time import monotonic
from typing import Any

import boto3

from sluice.models import publish, release
from tests.support.terraform_root import Root


class Deployment:
    """An applied root."""

    def __init__(self, root: Root) -> None:
        self.root = root

    def publish(self, folder: str) -> None:
        """Publish a bundle, as `make publish` does."""
        publish.publish_version(boto3.client("s3"), self.root.outputs()["models"]["bucket"], folder, {})

    def release(self, model: str | None = None, share: float | None = None, **settings: Any) -> float:
        """Release a version, as `make apply MODEL=... SHARE=...` does.

        Args:
            model: A bundle's folder, or the version as name@hash; None to apply only the settings.
            share: The share of the traffic; None for all of it.
            settings: Values of variables, which later releases keep.

        Returns:
            The duration in seconds.
        """
        start, outputs, version = monotonic(), self.root.outputs(), None
        if model:
            version, _ = publish.publish_version(boto3.client("s3"), outputs["models"]["bucket"], model, {})
        self.root.apply(
            **{"model": None, "canary": None} | release.build_release_variables(outputs, version, share) | settings
        )
        return monotonic() - start

    def assert_plan_is_empty(self) -> None:
        """Fail if another apply would change anything."""
        plan = self.root.plan()
        assert plan.empty, plan.text

    def list_live_code(self) -> dict[str, tuple[str, list[str]]]:
        """Return the hash of the code and the ARNs of the layers of each function's live version."""
        client = boto3.client("lambda")
        live = {
            name: client.get_function_configuration(FunctionName=name, Qualifier="live")
            for name in self.root.outputs()["functions"].values()
        }
        return {
            name: (configuration["CodeSha256"], [layer["Arn"] for layer in configuration.get("Layers", [])])
            for name, configuration in live.items()
        }


def count_by_model(records: dict[str, dict[str, Any]]) -> Counter[str]:
    """Return the number of records by the hash of the model that predicted them."""
    return Counter(record["model"]["sha256"] for record in records.values())
