"""X-Ray: tracing headers, segment documents by trace, trace summaries and filter expressions."""
