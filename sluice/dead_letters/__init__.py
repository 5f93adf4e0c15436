"""Dead letters: list them without loss, replay them, or drop them."""
