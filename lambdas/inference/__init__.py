"""Image to labels: everything between a task and its prediction, knowing no AWS event."""
