"""One module per command: parse the arguments, call, print."""
