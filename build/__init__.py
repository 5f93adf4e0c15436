"""How Sluice's artifacts are made: zips, layers and model bundles."""
