"""The server process of a local cloud: ministack with its patches; runs in build/venv/cloud."""
