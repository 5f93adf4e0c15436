"""Metrics, log lines and traces of the images that a function processes."""
