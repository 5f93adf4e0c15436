"""Looks at everything that Sluice stands on, here and in an environment, and says what to do about what is wrong."""
