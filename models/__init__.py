"""The demo models, each with the script that trains it."""
