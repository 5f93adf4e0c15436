"""Pixels to the input tensor of a model."""
