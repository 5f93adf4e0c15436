"""`terraform init` of the root, for make: quietly, or with a sentence that says what is missing."""

from sluice.terraform import command, outputs
from sluice.terraform.state_location import Place


def initialise(environment: str) -> None:
    """Turn TF_DATA_DIR to the environment's state; SluiceError when that cannot be read."""
    Place.of(environment)
    command.prepare(outputs.ROOT, *outputs.init(environment), environment=environment)
