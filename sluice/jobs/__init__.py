"""Jobs through the HTTP API: start one, follow it, read its results."""
