"""The models that Sluice ships, each with the script that makes it."""
