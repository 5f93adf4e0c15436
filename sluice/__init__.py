"""The operator's command line and what stands behind it."""
