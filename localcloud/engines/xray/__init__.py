"""X-Ray: segment documents by trace, found again by time and annotation; knows nothing of ministack."""
