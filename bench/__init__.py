"""Benchmark Sluice against other ways to classify images, in turns on one machine."""
