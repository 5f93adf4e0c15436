"""Package functions and layers from sources and lock files: equal inputs give equal bytes."""
