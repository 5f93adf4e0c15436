"""Jobs through the HTTP API: submit a list, wait for the job to end, read its results."""
