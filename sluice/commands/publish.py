"""`sluice publish`: a version of a model into an environment's bucket."""

from sluice.commands.console import Env, Environment, Json, show
from sluice.commands.release import Version
from sluice.models import publish as publishing
from sluice.models import versions
from sluice.project import find_project


def publish(version: Version, env: Env = "local", as_json: Json = False) -> None:
    """See to it that a version of a model lies in the environment's model bucket."""
    deployed = Environment.open(env)
    bucket = deployed.output("models")["bucket"]
    published, said = publishing.publish(deployed.client("s3"), bucket, version, versions.here(find_project()))
    show({"version": str(published), "bucket": bucket}, as_json, said)
