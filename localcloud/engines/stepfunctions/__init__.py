"""Runs Amazon States Language as Step Functions does: Standard workflows in JSONPath, errors and limits included."""
