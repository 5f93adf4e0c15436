"""`terraform init` of the root, for make: quietly, or with a sentence that says what is missing."""

from ops import stack
from ops.states import terraform
from ops.states.place import Place


def initialise(environment: str) -> None:
    """Turn TF_DATA_DIR to the environment's state; Told when that cannot be read."""
    Place.of(environment)
    terraform.prepare(stack.ROOT, *stack.init(environment), environment=environment)
