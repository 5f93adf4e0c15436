"""`sluice publish`: a version of a model into an environment's bucket."""

from ops import publish as publishing
from ops import versions
from ops.commands.frame import Deployed, Env, Json, show
from ops.commands.release import Version
from ops.stack import PROJECT


def publish(version: Version, env: Env = "local", as_json: Json = False) -> None:
    """See to it that a version of a model lies in the environment's model bucket."""
    deployed = Deployed.open(env)
    bucket = deployed.output("models")["bucket"]
    published, said = publishing.publish(deployed.client("s3"), bucket, version, versions.here(PROJECT))
    show({"version": str(published), "bucket": bucket}, as_json, said)
