"""What is measured: one module a question, each with `run(bench) -> samples`."""
