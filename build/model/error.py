"""What stops an import: always a sentence for the person who brought the model."""


class ModelImportError(Exception):
    """No bundle can be made of this; the message names the thing, the limit and the cure."""
