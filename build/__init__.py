"""Build Sluice's artifacts: function zips, layers and model bundles."""
