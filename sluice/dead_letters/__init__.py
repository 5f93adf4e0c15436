"""Dead letters: what could not be done, read without loss, sent again or dropped for good."""
