"""The local cloud's own process; runs in build/venv/cloud, beside ministack."""
