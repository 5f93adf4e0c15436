"""Costs of images: list prices, measured usage, and the costs of alternatives."""
