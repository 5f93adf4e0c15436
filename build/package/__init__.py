"""Zips and layers from the sources and the lock files: equal inputs give equal bytes."""
