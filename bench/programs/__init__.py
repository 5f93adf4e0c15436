"""The programs that are measured. Each runs in a process of its own; runner.py imports one and calls a handler."""
