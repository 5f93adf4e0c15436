"""A model's address to a verified, loaded model."""
