"""Pixels to the input tensor of a model: resizing and scaling."""
