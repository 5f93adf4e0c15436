"""The benchmark: the reference's way, ours, and what else one would pick, measured in turns on one machine."""
