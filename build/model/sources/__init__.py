"""What a model may come as; each module opens one kind and gives a `Source`."""
