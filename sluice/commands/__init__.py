"""The commands of `sluice`, one module each: they parse arguments, call the packages beside this one, and print."""
