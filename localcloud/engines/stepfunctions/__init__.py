"""Runs Amazon States Language as Step Functions does: Standard workflows with JSONPath, including errors and limits."""
