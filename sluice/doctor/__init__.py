"""Checks of this machine and of an environment, each of which says how to fix a problem."""
